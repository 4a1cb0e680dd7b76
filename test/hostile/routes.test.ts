import { beforeAll, describe, expect, it } from 'vitest'
import { defined } from '../../src/base/defined.ts'
import { type Attacked, ask, counted, OWN, type Own, readAttacked } from './attacked.ts'
import { type Route, readRoutes } from './routes-of.ts'

let attacked: Attacked
let routes: Record<Own, Route[]>
beforeAll(async () => {
  attacked = await readAttacked()
  routes = await readRoutes()
})

const REPAIRS = /^\/v1\/services\/:service\/(?:restart|scale|configure)$/
/** Sends what nobody does by mistake: an unknown field, an unknown name. It opens a door and goes no further. */
const BODY = JSON.stringify({ nobody: 'knows this' })

/** A browser changes and ends its own session, and no token stands for it. */
const NO_TOKEN: readonly string[] = []

/** Which secrets open a route, by docs/security.md; `undefined`: it is open on this machine. */
function opens(server: Own, { method, url }: Route): readonly string[] | undefined {
  if (server === 'control') {
    if (url === '/v1/session' && method !== 'GET') return method === 'POST' ? undefined : NO_TOKEN
    if (REPAIRS.test(url)) return ['control', 'responder']
    if (url === '/v1/services/:service/logs') return ['control']
    if (method === 'DELETE' && url.startsWith('/v1/faults')) return ['control', 'responder']
    return method === 'GET' ? undefined : ['control']
  }
  if (server === 'responder') {
    if (url === '/webhook') return ['webhook']
    return url === '/maintenance' && method === 'PUT' ? ['maintenance'] : undefined
  }
  if (server === 'proxy') return method === 'GET' ? undefined : ['faults-proxy']
  return url.startsWith('/faults') ? [`faults-${server}`] : undefined
}

/** Every secret under its own name, and texts that are no secret. */
function credentials(): [name: string, authorization: string | undefined][] {
  const { secrets } = attacked
  return [
    ...Object.entries(secrets).map(([name, secret]): [string, string] => [name, `Bearer ${secret}`]),
    ['nothing', undefined],
    ['an empty token', 'Bearer '],
    ['garbage', `Bearer ${'x'.repeat(43)}`],
    ['one character short', `Bearer ${secrets.control?.slice(0, -1)}`],
    ['one character more', `Bearer ${secrets.control}x`],
    ['another scheme', `Basic ${Buffer.from(`control:${secrets.control}`).toString('base64')}`],
  ]
}

describe('every route with every secret', () => {
  it('opens to those that docs/security.md names, and to nobody else', async () => {
    let asked = 0
    const wrong: string[] = []
    for (const server of OWN) {
      for (const route of routes[server]) {
        const allowed = opens(server, route)
        for (const [name, authorization] of credentials()) {
          // This one it is all about; it is asked for last of all, when the stack is to come down.
          if (route.url === '/v1/down' && name === 'control') continue
          const path = route.url.replaceAll(/:\w+/g, 'nobody').replace('*', 'nobody')
          const answer = await ask(attacked.urls[server], path, {
            method: route.method,
            headers: {
              ...defined({ authorization }),
              ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
            },
            body: route.method === 'GET' ? '' : BODY,
          })
          asked += 1
          const refused = [401, 403, 429].includes(answer.status)
          const failed = answer.status >= 500 && route.url !== '/risky'
          const expected = allowed !== undefined && !allowed.includes(name)
          if (refused !== expected || failed)
            wrong.push(`${server} ${route.method} ${path} with ${name}: ${answer.status}`)
        }
      }
    }
    expect(wrong).toEqual([])
    const count = OWN.reduce((sum, server) => sum + routes[server].length, 0)
    expect(count).toBeGreaterThanOrEqual(100)
    expect(asked).toBeGreaterThanOrEqual(1_300)
    counted(`${count} routes × ${credentials().length} credentials`, asked, 'as documented, no exception')
  })

  it('does not look for a token anywhere but in its header', async () => {
    const { urls, secrets } = attacked
    const token = secrets.control ?? ''
    const tries = [
      ask(urls.control, `/v1/services/store/restart?token=${token}&access_token=${token}`, { method: 'POST' }),
      ask(urls.control, '/v1/services/store/restart', { method: 'POST', headers: { cookie: `token=${token}` } }),
      ask(urls.control, '/v1/services/store/restart', { method: 'POST', headers: { 'x-api-key': token } }),
      ask(urls.control, '/v1/services/store/restart', { method: 'POST', headers: { 'x-forwarded-for': '127.0.0.1' } }),
      ask(urls.control, '/v1/services/store/restart', { method: 'POST', headers: { 'x-http-method-override': 'GET' } }),
    ]
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 401))
    counted('a token in query, cookie and other headers', tries.length, '401')
  })
})
