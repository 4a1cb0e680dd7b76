import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { errorTable } from '../errors.ts'
import { bearerAuth, createHttpServer, HttpError, type HttpServer } from './http-server.ts'

const { error } = errorTable({ FD_TEST_TEAPOT: 'A test' })
let app: HttpServer
let url: string

beforeEach(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }), bodyLimitBytes: 1_000 })
  const body = Type.Object(
    { count: Type.Integer(), name: Type.String({ pattern: '^[a-z]*$', description: 'small letters' }) },
    { additionalProperties: false },
  )
  app.post('/things', { schema: { body } }, async (request) => request.body)
  app.get('/things/:key', async (request) => request.params)
  app.get('/teapot', async () => {
    throw new HttpError(418, error('FD_TEST_TEAPOT', { message: 'short and stout', next: 'pour' }), {
      'retry-after': '3',
    })
  })
  app.get('/broken', async () => {
    throw new Error('secret detail')
  })
  const tokenOf = bearerAuth({ alice: 'a'.repeat(43), bob: 'b'.repeat(43) })
  app.get('/whoami', async (request) => ({ name: tokenOf(request) }))
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

const post = (body: string, type = 'application/json') =>
  fetch(`${url}/things`, { method: 'POST', headers: { 'content-type': type }, body })

describe('a client that takes its time', () => {
  const slow = async (head: string, everyMs: number): Promise<{ text: string; tookMs: number }> => {
    const server = createHttpServer({ logger: pino({ level: 'silent' }), requestTimeoutMs: 400 })
    server.post('/things', async () => 'taken')
    const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(address.port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(head)
    const begunMs = performance.now()
    const drip = setInterval(() => socket.write('x'), everyMs)
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    // Not by `once` of node:events, which rejects where the end comes as a reset.
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    await server.close()
    return { text, tookMs: performance.now() - begunMs }
  }

  it('has its body ended when it is not whole in time', async () => {
    const head =
      'POST /things HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"'
    const { text, tookMs } = await slow(head, 50)
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(tookMs).toBeGreaterThan(350)
    expect(tookMs).toBeLessThan(5_000)
  })

  it('has its head ended, too', async () => {
    const { text, tookMs } = await slow('POST /things HTTP/1.1\r\nhost: localhost\r\nx-', 50)
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(tookMs).toBeLessThan(5_000)
  })

  it('keeps a stream for as long as it beats', async () => {
    const server = createHttpServer({ logger: pino({ level: 'silent' }), requestTimeoutMs: 1_000 })
    server.get('/stream', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
      let beats = 0
      const beat = setInterval(() => {
        beats += 1
        if (beats < 20) return reply.raw.write(': beat\n\n')
        clearInterval(beat)
        return reply.raw.end('done')
      }, 100)
    })
    const text = await (await fetch(`${await server.listen({ host: '127.0.0.1', port: 0 })}/stream`)).text()
    expect(text).toMatch(/done$/)
    await server.close()
  })
})

describe('createHttpServer', () => {
  it.each([
    ['wrong JSON', '{"count":', 'application/json', 400, 'FD_HTTP_INVALID'],
    ['a wrong type, which is not coerced', '{"count":"1","name":"x"}', 'application/json', 400, 'FD_HTTP_INVALID'],
    [
      'an unknown field, which is not dropped',
      '{"count":1,"name":"x","extra":1}',
      'application/json',
      400,
      'FD_HTTP_INVALID',
    ],
    [
      'a body that is too large',
      JSON.stringify({ count: 1, name: 'x'.repeat(2_000) }),
      'application/json',
      413,
      'FD_HTTP_TOO_LARGE',
    ],
    ['another media type', 'count=1', 'application/x-www-form-urlencoded', 415, 'FD_HTTP_UNSUPPORTED_MEDIA_TYPE'],
  ])('answers %s with a problem document', async (_, body, type, status, code) => {
    const response = await post(body, type)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status, code })
  })

  it('reports all that is wrong with a body at once', async () => {
    const problem = (await (await post('{"count":1.5,"extra":true}')).json()) as { errors: { pointer: string }[] }
    expect(problem.errors).toHaveLength(3)
  })

  it('describes in words what form a text must have, where the schema has the words', async () => {
    const problem = (await (await post('{"count":1,"name":"X"}')).json()) as { detail: string }
    expect(problem.detail).toBe('/body/name must have this form: small letters')
  })

  it('sends the status, code and headers that a route throws', async () => {
    const response = await fetch(`${url}/teapot`)
    expect(response.status).toBe(418)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toMatchObject({ code: 'FD_TEST_TEAPOT', detail: 'short and stout', next: 'pour' })
  })

  it('keeps the cause of a failure to its log', async () => {
    const response = await fetch(`${url}/broken`)
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'FD_HTTP_INTERNAL' })
    expect(text).not.toContain('secret detail')
  })

  it('answers an unknown route and a malformed path with a problem document', async () => {
    expect(await (await fetch(`${url}/nowhere`)).json()).toMatchObject({ status: 404, code: 'FD_HTTP_NOT_FOUND' })
    const malformed = await fetch(`${url}/things/%ZZ`)
    expect(malformed.status).toBe(400)
    expect(await malformed.json()).toMatchObject({ code: 'FD_HTTP_INVALID' })
  })

  it('refuses a request that names another host, as from a page that rebinds its name to this machine', async () => {
    const { port } = new URL(url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /whoami HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
      )
      let text = ''
      socket.on('data', (data) => (text += data.toString()))
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toContain('421')
    expect(answer).toContain('FD_HTTP_HOST')
  })

  it.each([
    ['127.0.0.1:8000', 200],
    ['localhost', 200],
    ['store_1:8000', 421],
    ['evil', 421],
    ['[::1]:8000', 200],
    ['evil.example:8000', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.', 421],
    ['[::1].evil.example', 421],
  ])('answers a request for the host %s with %i', async (host, status) => {
    const answer = await new Promise<number | undefined>((resolve, reject) =>
      get(`${url}/things/a`, { headers: { host } }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        reject,
      ),
    )
    expect(answer).toBe(status)
  })

  it('does not wait for a connection that never carried a request when it closes', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    await fetch(`${url}/teapot`)
    const closed = once(socket, 'close')
    const sinceMs = performance.now()
    await app.close()
    await closed
    expect(performance.now() - sinceMs).toBeLessThan(10_000)
  })
})

describe('bearerAuth', () => {
  const whoami = (authorization?: string) =>
    fetch(`${url}/whoami`, authorization === undefined ? {} : { headers: { authorization } })
  it('returns the name of the token that was sent', async () => {
    expect(await (await whoami(`Bearer ${'b'.repeat(43)}`)).json()).toEqual({ name: 'bob' })
  })
  it.each([
    ['no token', undefined],
    ['a wrong one', `Bearer ${'c'.repeat(43)}`],
    ['one of another length', 'Bearer a'],
    ['another scheme', `Basic ${'a'.repeat(43)}`],
  ])('refuses %s', async (_, authorization) => {
    const response = await whoami(authorization)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'FD_HTTP_UNAUTHORIZED' })
  })
})
