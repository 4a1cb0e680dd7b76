import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiClient } from './api-client.ts'
import { httpStatusOf, isNotFound } from './cluster.ts'
import { refused, TestApiServer } from './test-api-server.ts'

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
})
afterEach(() => server.close())

const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'

describe('a client of an API server', () => {
  it('reads, creates, changes and deletes objects, with the content type of each patch', async () => {
    const cluster = server.cluster()
    const seen: (string | undefined)[] = []
    server.onRequest = ({ headers }) => void seen.push(headers['content-type'])
    const path = '/api/v1/namespaces/shop/configmaps'
    await cluster.request({ method: 'POST', path, body: { metadata: { name: 'a' }, spec: { x: 1 } } })
    await cluster.request({ method: 'PATCH', path: `${path}/a`, body: { spec: { x: 2, y: 3 } } })
    await cluster.request({
      method: 'PATCH',
      path: `${path}/a`,
      patch: 'json',
      body: [
        { op: 'test', path: '/spec/x', value: 2 },
        { op: 'remove', path: '/spec/y' },
      ],
    })
    expect(await cluster.request({ path: `${path}/a` })).toMatchObject({
      spec: { x: 2 },
      metadata: { namespace: 'shop' },
    })
    await cluster.request({ method: 'DELETE', path: `${path}/a` })
    await expect(cluster.request({ path: `${path}/a` })).rejects.toSatisfy(isNotFound)
    expect(seen.slice(0, 3)).toEqual([
      'application/json',
      'application/merge-patch+json',
      'application/json-patch+json',
    ])
    await cluster.close()
  })

  it('returns a text as it is', async () => {
    server.texts.set('/api/v1/namespaces/shop/pods/web-1/log', 'one\ntwo\n')
    const path = '/api/v1/namespaces/shop/pods/web-1/log'
    expect(await server.cluster().request({ path, query: { tailLines: '2' }, answer: 'text' })).toBe('one\ntwo\n')
    expect(server.requests.at(-1)?.query.get('tailLines')).toBe('2')
  })

  it.each([
    [401, 'Unauthorized', 'FD_KUBERNETES_FORBIDDEN'],
    [403, 'Forbidden', 'FD_KUBERNETES_FORBIDDEN'],
    [404, 'NotFound', 'FD_KUBERNETES_NOT_FOUND'],
    [409, 'Conflict', 'FD_KUBERNETES_CONFLICT'],
    [422, 'Invalid', 'FD_KUBERNETES_ANSWER'],
    [429, 'TooManyRequests', 'FD_KUBERNETES_ANSWER'],
    [503, 'ServiceUnavailable', 'FD_KUBERNETES_ANSWER'],
  ])('takes %i %s of the server for %s, with its reason', async (status, reason, code) => {
    server.intercept = () => refused(status, reason, 'because of that')
    const error = await server
      .cluster()
      .request({ path: WEB })
      .catch((one: unknown) => one)
    expect(error).toMatchObject({ code, message: 'because of that', details: { given: `${status} ${reason}` } })
    expect(httpStatusOf(error)).toBe(status)
  })

  it('takes a text with 5xx for a server that is not reached: kubectl answers so', async () => {
    const plain = createServer((_, response) =>
      response.writeHead(502).end('dial tcp 10.0.0.1:443: connection refused\n'),
    )
    const client = await clientOf(plain)
    await expect(client.request({ path: '/version' })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
      message: 'dial tcp 10.0.0.1:443: connection refused',
    })
    plain.close().closeAllConnections()
  })

  it('waits no longer than its bound, and ends at once with the signal', async () => {
    const silent = createServer(() => undefined)
    const client = await clientOf(silent)
    await expect(client.request({ path: '/version', timeoutMs: 50 })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
      message: 'no answer within 0.05 s',
    })
    const reason = new Error('enough')
    await expect(client.request({ path: '/version', signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    silent.close().closeAllConnections()
  })

  it('asks a question again whose kept connection had ended, and does nothing twice', async () => {
    let connections = 0
    let requests = 0
    const flaky = createServer((request, response) => {
      requests += 1
      // The second request on a connection finds it ended.
      if (requests % 2 === 0) request.socket.destroy()
      else response.end('{"ok":true}')
    })
    flaky.on('connection', () => {
      connections += 1
    })
    const client = await clientOf(flaky)
    expect(await client.request({ path: '/a' })).toEqual({ ok: true })
    expect(await client.request({ path: '/b' })).toEqual({ ok: true })
    expect({ connections, requests }).toEqual({ connections: 2, requests: 3 })
    await expect(client.request({ method: 'POST', path: '/c', body: {} })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
    })
    expect(requests).toBe(4)
    flaky.close().closeAllConnections()
  })

  it('asks a server that has too much to do again, when it says so, and a few times at most', async () => {
    let requests = 0
    let busy = 1
    const server429 = createServer((_, response) => {
      requests += 1
      if (requests > busy) return void response.end('{"ok":true}')
      response.writeHead(429, { 'retry-after': '0' }).end('Too many requests, please try again later.\n')
    })
    const client = await clientOf(server429)
    expect(await client.request({ method: 'POST', path: '/a', body: {} })).toEqual({ ok: true })
    expect(requests).toBe(2)
    busy = Number.POSITIVE_INFINITY
    await expect(client.request({ path: '/b' })).rejects.toMatchObject({ details: { given: '429' } })
    expect(requests).toBe(6)
    server429.close().closeAllConnections()
  })

  it('says so when an answer is not JSON', async () => {
    server.texts.set('/version', '<html>')
    await expect(server.cluster().request({ path: '/version' })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_ANSWER',
      details: { given: '<html>' },
    })
  })
})

async function clientOf(other: ReturnType<typeof createServer>): Promise<ApiClient> {
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const connected = () =>
    new Promise<Socket>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
    })
  return new ApiClient({ connect: connected, headers: async () => ({ host: 'localhost' }) }, 'a server')
}
