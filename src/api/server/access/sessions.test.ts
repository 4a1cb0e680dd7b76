import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { Router } from '../router.ts'
import { addSessionRoutes } from '../routes/session-routes.ts'
import { Callers } from './callers.ts'
import { LINK_MS, Sessions } from './sessions.ts'

const tokens = { operator: 'o'.repeat(43), responder: 'r'.repeat(43) }
const operator = { authorization: `Bearer ${tokens.operator}` }

let app: HttpServer
let host: string

beforeEach(async () => {
  const made = await serve('everyone')
  app = made.app
  host = made.host
})
afterEach(async () => {
  vi.restoreAllMocks()
  await app.close()
})

/** A server with the routes of sessions, and one for each access. */
async function serve(readers: 'everyone' | 'local'): Promise<{ app: HttpServer; host: string }> {
  const server = createHttpServer({ logger: pino({ level: 'silent' }) })
  const sessions = new Sessions(() => '0123456789ab')
  const callers = new Callers({ tokens, sessions, readers })
  const router = new Router(server, callers)
  addSessionRoutes(router, sessions, () => 'http://127.0.0.1:8080')
  router.add('release', () => ({ was: null }))
  router.add('logs', () => ({ lines: ['a line'] }))
  router.add('liftAll', ({ actor }) => ({ lifted: [], actor }) as never)
  router.add('faults', () => ({ faults: [], ended: [] }))
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { app: server, host: new URL(url).host }
}

async function linkCode(readOnly = false): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/session/links',
    headers: operator,
    payload: { readOnly },
  })
  expect(answer.statusCode).toBe(201)
  const { url } = answer.json<{ url: string }>()
  return /^http:\/\/127\.0\.0\.1:8080\/#\/login\/([\w-]{43})$/.exec(url)?.[1] ?? ''
}

/** The headers with which a browser comes after it logged in. */
async function login(code: string) {
  const answer = await app.inject({ method: 'POST', url: '/v1/session', payload: { code } })
  expect(answer.statusCode).toBe(200)
  const cookie = String(answer.headers['set-cookie'])
  const { key, access } = answer.json<{ key: string; access: string }>()
  return {
    setCookie: cookie,
    access,
    headers: { host, origin: `http://${host}`, cookie: cookie.split(';')[0] ?? '', 'x-firedrill-key': key },
  }
}

const release = (headers: Record<string, string>) => app.inject({ method: 'DELETE', url: '/v1/halt', headers })
const codeOf = ({ json }: { json(): unknown }) => (json() as { code: string }).code

describe('a session', () => {
  it('begins with a link, once, and may then do what the operator may', async () => {
    const code = await linkCode()
    const { headers, setCookie, access } = await login(code)
    expect(access).toBe('operate')
    expect(setCookie).toMatch(/^firedrill-0123456789ab=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await release(headers)).statusCode).toBe(200)
    const again = await app.inject({ method: 'POST', url: '/v1/session', payload: { code } })
    expect([again.statusCode, codeOf(again)]).toEqual([401, 'FD_SESSION_LINK'])
  })

  it('does not begin with a link that is older than an hour, nor with a code that nobody made', async () => {
    const code = await linkCode()
    const later = performance.now() + LINK_MS + 1
    vi.spyOn(performance, 'now').mockReturnValue(later)
    for (const one of [code, 'x'.repeat(43)]) {
      const answer = await app.inject({ method: 'POST', url: '/v1/session', payload: { code: one } })
      expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'FD_SESSION_LINK'])
    }
  })

  it.each([
    ['without the cookie', { cookie: '' }],
    ['without the key', { 'x-firedrill-key': '' }],
    ['with another key', { 'x-firedrill-key': 'k'.repeat(43) }],
    ['from a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['from a page of another site', { origin: 'http://evil.example' }],
    ['from a page without an origin', { origin: 'null' }],
    ['with the cookie of another stack', { cookie: 'firedrill-other=abc' }],
    ['with what the browser says of another site', { 'sec-fetch-site': 'cross-site' }],
    ['with what the browser says of another port', { 'sec-fetch-site': 'same-site' }],
  ])('changes nothing %s', async (_, wrong) => {
    const { headers } = await login(await linkCode())
    const answer = await release({ ...headers, ...wrong })
    expect(answer.statusCode).toBe(401)
    expect(['FD_SESSION_UNKNOWN', 'FD_HTTP_UNAUTHORIZED']).toContain(codeOf(answer))
    expect((await release(headers)).statusCode).toBe(200)
  })

  it('acts as the operator where the responder may act too', async () => {
    const { headers } = await login(await linkCode())
    const answer = await app.inject({ method: 'DELETE', url: '/v1/faults', headers })
    expect(answer.statusCode).toBe(200)
  })

  it('makes no further links, which need the token', async () => {
    const { headers } = await login(await linkCode())
    const answer = await app.inject({ method: 'POST', url: '/v1/session/links', headers, payload: {} })
    expect(answer.statusCode).toBe(401)
  })

  it('that is read-only reads all and changes nothing, until it is switched back', async () => {
    const { headers } = await login(await linkCode())
    const put = (readOnly: boolean) => app.inject({ method: 'PUT', url: '/v1/session', headers, payload: { readOnly } })
    expect((await put(true)).json()).toEqual({ access: 'read', mayOperate: true })
    const refused = await release(headers)
    expect([refused.statusCode, codeOf(refused)]).toEqual([403, 'FD_SESSION_READ_ONLY'])
    expect((await app.inject({ url: '/v1/services/store/logs', headers })).json()).toEqual({ lines: ['a line'] })
    expect((await put(false)).json()).toEqual({ access: 'operate', mayOperate: true })
    expect((await release(headers)).statusCode).toBe(200)
  })

  it('that began with a read-only link stays so', async () => {
    const { headers, access } = await login(await linkCode(true))
    expect(access).toBe('read')
    const answer = await app.inject({ method: 'PUT', url: '/v1/session', headers, payload: { readOnly: false } })
    expect(answer.json()).toEqual({ access: 'read', mayOperate: false })
    expect((await release(headers)).statusCode).toBe(403)
  })

  it('ends when one logs out', async () => {
    const { headers } = await login(await linkCode())
    const out = await app.inject({ method: 'DELETE', url: '/v1/session', headers })
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0')
    expect((await release(headers)).statusCode).toBe(401)
  })

  it('is known to the page only with its key', async () => {
    const { headers } = await login(await linkCode())
    const ask = async (given: Record<string, string>) =>
      (await app.inject({ url: '/v1/session', headers: given })).json()
    expect(await ask(headers)).toEqual({ access: 'operate', mayOperate: true })
    expect(await ask({ ...headers, 'x-firedrill-key': 'k' })).toEqual({ access: 'none', mayOperate: false })
    expect(await ask({ host })).toEqual({ access: 'none', mayOperate: false })
  })

  it('leaves only the latest hundred links and sessions', async () => {
    const sessions = new Sessions(() => 'x')
    const codes = Array.from({ length: 101 }, () => sessions.createLink({ readOnly: false }))
    expect(codes.map((code) => sessions.begin(code) !== undefined)).toEqual([false, ...new Array(100).fill(true)])
  })
})

describe('reading from another machine', () => {
  const far = { remoteAddress: '192.0.2.7' }

  it('is free unless it is for this machine only', async () => {
    expect((await app.inject({ url: '/v1/faults', ...far })).statusCode).toBe(200)
    const closed = await serve('local')
    try {
      const ask = (headers: Record<string, string> = {}) => closed.app.inject({ url: '/v1/faults', headers, ...far })
      expect((await closed.app.inject({ url: '/v1/faults' })).statusCode).toBe(200)
      expect((await ask()).statusCode).toBe(401)
      expect((await ask(operator)).statusCode).toBe(200)
      const link = await closed.app.inject({
        method: 'POST',
        url: '/v1/session/links',
        headers: operator,
        payload: { readOnly: true },
      })
      const code = link.json<{ url: string }>().url.split('/').at(-1)
      const entered = await closed.app.inject({ method: 'POST', url: '/v1/session', payload: { code }, ...far })
      const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? ''
      // The cookie alone: a stream of events cannot send a header.
      expect((await ask({ cookie })).statusCode).toBe(200)
    } finally {
      await closed.app.close()
    }
  })
})
