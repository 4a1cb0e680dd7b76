import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, TOKEN_HEADER } from './gateway.ts'

const TOKEN = 'token-of-the-operator'
const logger = pino({ level: 'silent' })

let upstream: Server
let gateway: Server
let seen: { method: string | undefined; url: string | undefined; headers: Record<string, unknown> }[]
beforeEach(async () => {
  seen = []
  upstream = createServer(({ method, url, headers }, response) => {
    seen.push({ method, url, headers })
    response.setHeader('content-type', 'application/json')
    response.setHeader('set-cookie', 'session=1')
    response.end('{"status":"success"}')
  })
  const url = await listen(upstream)
  gateway = createGateway({
    token: TOKEN,
    upstreams: { prometheus: { url, password: 'secret' }, gone: { url: 'http://127.0.0.1:1', password: 'x' } },
    logger,
  })
  await listen(gateway)
})
afterEach(async () => {
  for (const server of [gateway, upstream]) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}${path}`, {
    ...init,
    headers: { [TOKEN_HEADER]: TOKEN, ...(init.headers as Record<string, string>) },
  })

describe('the gateway', () => {
  it('passes a question on with the password of what is behind it, and nothing else of the caller', async () => {
    const answer = await ask('/prometheus/api/v1/query?query=up', {
      headers: { cookie: 'a=b', authorization: 'Basic eA==' },
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'success' })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(seen).toMatchObject([
      {
        method: 'GET',
        url: '/api/v1/query?query=up',
        headers: { authorization: `Basic ${Buffer.from('firedrill:secret').toString('base64')}` },
      },
    ])
    expect(seen[0]?.headers).not.toHaveProperty('cookie')
    expect(seen[0]?.headers).not.toHaveProperty(TOKEN_HEADER)
  })

  it.each([
    ['no token', {}],
    ['an empty one', { [TOKEN_HEADER]: '' }],
    ['another one', { [TOKEN_HEADER]: `${TOKEN}x` }],
    ['one of the same length', { [TOKEN_HEADER]: TOKEN.replace('t', 'T') }],
    ['a bearer token', { authorization: `Bearer ${TOKEN}` }],
  ])('refuses a caller with %s, and asks nobody', async (_, headers) => {
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/prometheus/api/v1/query?query=up`
    expect((await fetch(url, { headers })).status).toBe(401)
    expect(seen).toEqual([])
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s: it only reads', async (method) => {
    expect((await ask('/prometheus/api/v1/query', { method })).status).toBe(405)
    expect(seen).toEqual([])
  })

  it.each([
    '/',
    '/prometheus',
    '/prometheus/-/quit',
    '/prometheus/graph',
    '/prometheus/api/v1/../../debug/pprof/heap',
    '/prometheus/api/v1/%2e%2e/%2e%2e/debug/pprof/heap',
    '/other/api/v1/query',
    '/constructor/api/v1/query',
    '/prometheus//example.com/api/v1/query',
  ])('leads from %s nowhere', async (path) => {
    // fetch would take the dots out.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = gateway.address() as AddressInfo
      const asked = request({ host: '127.0.0.1', port, path, headers: { [TOKEN_HEADER]: TOKEN } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      asked.once('error', reject)
      asked.end()
    })
    expect(status).toBe(404)
    expect(seen).toEqual([])
  })

  it('says when what is behind it does not answer', async () => {
    const answer = await ask('/gone/api/v2/alerts')
    expect(answer.status).toBe(502)
    expect(await answer.text()).toContain('127.0.0.1:1 does not answer')
  })

  it('is ready without a token: the kubelet has none', async () => {
    const { port } = gateway.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200)
  })
})
