import { connect, type Socket } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Attacked, ask, counted, OWN, type Own, readAttacked, sendRaw } from './attacked.ts'

let attacked: Attacked
beforeAll(async () => {
  attacked = await readAttacked()
})

const JSON_TYPE = { 'content-type': 'application/json' }
const health = (server: Own) => (server === 'control' ? '/v1/health' : '/health')
const bearer = (name: string) => ({ authorization: `Bearer ${attacked.secrets[name]}` })
const healthy = async () => {
  for (const server of OWN) expect((await ask(attacked.urls[server], health(server))).status).toBe(200)
}

describe('the servers of a stack', () => {
  it('give no file but the console’s, for any path', async () => {
    const up = [
      '/../../etc/passwd',
      '/assets/../../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
    ]
    const odd = [
      '/..\\..\\etc\\passwd',
      '/assets/%00',
      '/assets/index.html%00.js',
      '/assets/.',
      '/assets/',
      '//etc/passwd',
      '/.git/config',
      '/index.html/../../package.json',
    ]
    const encoded = [
      '/%c0%ae%c0%ae/etc/passwd',
      '/%252e%252e/package.json',
      '/assets/%ff%fe',
      '/file:///etc/passwd',
      '/__proto__',
      '/constructor',
      '/toString',
    ]
    const paths = [...up, ...odd, ...encoded]
    const answers = await Promise.all(paths.map((path) => ask(attacked.urls.control, path)))
    expect(paths.filter((_, index) => ![400, 404].includes(answers[index]?.status ?? 0))).toEqual([])
    expect(answers.filter(({ body }) => /root:|"name":|\[core\]/.test(body))).toEqual([])
    counted('path traversal and odd names at the console', paths.length, '404 or 400')
  })

  it('answer to no name that a foreign page can have', async () => {
    const foreign = [
      'evil.example',
      'evil.example:8080',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'evil.example.',
      'a.b',
      'EVIL.EXAMPLE',
      'xn--e1awd7f.com',
      '127.0.0.1@evil.example',
      'evil.example#127.0.0.1',
      'www.localhost.',
    ]
    const own = ['127.0.0.1', 'localhost', '127.0.0.1:80', '[::1]']
    const wrong: string[] = []
    for (const server of OWN) {
      for (const host of [...foreign, ...own]) {
        const { status } = await ask(attacked.urls[server], health(server), { headers: { host } })
        if (own.includes(host) ? status !== 200 : ![400, 421].includes(status))
          wrong.push(`${server} ${host}: ${status}`)
      }
    }
    expect(wrong).toEqual([])
    counted('Host headers', OWN.length * (foreign.length + own.length), 'foreign names 421')
  })

  it('never take the rest of one request for another', async () => {
    const inner = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
    const tries: Record<string, (path: string) => string> = {
      'CL.TE': (path) => `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner(path)}`,
      'TE.CL': (path) => `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n${inner(path)}\r\n0\r\n\r\n`,
      'two lengths': (path) => `Content-Length: 0\r\nContent-Length: 40\r\n\r\n${inner(path)}`,
      'a list of lengths': (path) => `Content-Length: 0, 40\r\n\r\n${inner(path)}`,
      'a signed length': (path) => `Content-Length: +0\r\n\r\n${inner(path)}`,
      'a negative length': (path) => `Content-Length: -1\r\n\r\n${inner(path)}`,
      'a length in hex': (path) => `Content-Length: 0x0\r\n\r\n${inner(path)}`,
      'an odd encoding': (path) => `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner(path)}`,
      'an encoding after chunked': (path) => `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner(path)}`,
      'two encodings': (path) =>
        `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${inner(path)}`,
      'an encoding with a tab and a length': (path) =>
        `Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${inner(path)}`,
      'a blank before the colon': (path) => `Content-Length : 0\r\n\r\n${inner(path)}`,
      'a folded line': (path) =>
        `X: a\r\n Content-Length: 40\r\n\r\n${inner(path)}`.replace('X: a', 'Transfer-Encoding: chunked'),
      'bare line feeds': (path) => `Content-Length: 40\nX: y\n\n${inner(path)}`,
      'a NUL in a header': (path) => `X: a\0b\r\nContent-Length: 0\r\n\r\n${inner(path)}`,
      'a chunk size that is no number': (path) => `Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${inner(path)}`,
      'a negative chunk': (path) => `Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n${inner(path)}`,
      'a chunk beyond all numbers': (path) =>
        `Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n${inner(path)}`,
    }
    const taken: string[] = []
    for (const server of OWN) {
      for (const [name, rest] of Object.entries(tries)) {
        const statuses = await sendRaw(
          attacked.urls[server],
          `POST /nowhere HTTP/1.1\r\nHost: localhost\r\n${rest(health(server))}`,
        )
        if (statuses.includes('200')) taken.push(`${server}: ${name} ${statuses}`)
      }
    }
    expect(taken).toEqual([])
    // The same inner request, alone, is answered: what is not taken above is refused and not lost.
    expect(await sendRaw(attacked.urls.control, inner('/v1/health'), 5_000)).toEqual(['200'])
    counted('request smuggling', OWN.length * Object.keys(tries).length, 'refused, never a second request')
  })

  it('refuse heads and URLs beyond measure', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `X-${index}: y\r\n`).join('')
    const tries = (path: string) => [
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      `GET ${path}?${'y'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${many}\r\n`,
    ]
    for (const server of OWN)
      for (const bytes of tries(health(server)))
        expect(await sendRaw(attacked.urls[server], bytes, 5_000)).toEqual(['431'])
    counted('20 KB heads and URLs, 3,000 headers', OWN.length * 3, '431')
  })

  /** Routes that read a body, with the secret that lets it be read. */
  const readers = (): [url: string, path: string, method: string, headers: Record<string, string>][] => [
    [attacked.urls.control, '/v1/services/nobody/configure', 'POST', bearer('control')],
    [attacked.urls.control, '/v1/faults', 'POST', bearer('control')],
    [attacked.urls.responder, '/webhook', 'POST', bearer('webhook')],
    [attacked.urls.store, '/items', 'POST', {}],
    [attacked.urls.store, '/faults/nobody', 'PUT', bearer('faults-store')],
    [attacked.urls.proxy, '/proxies', 'POST', bearer('faults-proxy')],
  ]

  it('survive bodies of any depth, at once', async () => {
    const bombs = [100, 1_000, 10_000, 60_000].flatMap((depth) => [
      '['.repeat(depth),
      `${'['.repeat(depth)}${']'.repeat(depth)}`,
      `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    ])
    let slowestMs = 0
    for (const [url, path, method, headers] of readers()) {
      for (const body of bombs) {
        const startedMs = performance.now()
        const { status } = await ask(url, path, { method, headers: { ...headers, ...JSON_TYPE }, body })
        slowestMs = Math.max(slowestMs, performance.now() - startedMs)
        expect([400, 404, 413, 422], `${path} ${body.length}`).toContain(status)
      }
    }
    await healthy()
    expect(slowestMs).toBeLessThan(5_000)
    counted('depth bombs to 60,000', readers().length * bombs.length, `4xx, ≤ ${Math.ceil(slowestMs)} ms, alive`)
  })

  it('take no property of all objects from a body', async () => {
    const bodies = [
      '{"__proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"key":"k","value":"v","__proto__":{"polluted":1}}',
      '{"toString":1,"valueOf":1,"hasOwnProperty":1}',
      '{"alerts":[],"__proto__":{"alerts":[{"labels":{"alertname":"ServiceDown","service":"store"}}]}}',
    ]
    for (const [url, path, method, headers] of readers()) {
      for (const body of bodies) {
        const { status } = await ask(url, path, { method, headers: { ...headers, ...JSON_TYPE }, body })
        expect([200, 400, 404, 422], `${path} ${body}`).toContain(status)
      }
    }
    const { body } = await ask(attacked.urls.control, '/v1/stack')
    expect(body).not.toContain('polluted')
    await healthy()
    counted('__proto__, constructor, toString in JSON', readers().length * bodies.length, 'refused or inert')
  })

  it('let no page of another origin read or write', async () => {
    const origin = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'user-agent': 'Mozilla/5.0' }
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']
    let asked = 0
    for (const server of OWN) {
      const read = await ask(attacked.urls[server], health(server), { headers: origin })
      expect(read.headers['access-control-allow-origin']).toBeUndefined()
      const preflight = {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      }
      const asking = await ask(attacked.urls[server], health(server), { method: 'OPTIONS', headers: preflight })
      expect(asking.headers['access-control-allow-origin']).toBeUndefined()
      expect(asking.status).toBeGreaterThanOrEqual(400)
      asked += 2
    }
    for (const [url, path, method] of readers()) {
      for (const type of types) {
        const headers = { ...origin, ...(type === '' ? {} : { 'content-type': type }) }
        const { status } = await ask(url, path, { method, headers, body: '{"key":"csrf","value":"v"}' })
        expect([400, 401, 403, 415, 429], `${path} ${type}`).toContain(status)
        asked += 1
      }
    }
    expect((await ask(attacked.urls.store, '/items/csrf')).status).toBe(404)
    counted('requests as a foreign page makes them', asked, 'nothing read, nothing written')
  })

  it('answer everybody while hundreds of connections say nothing', async () => {
    const { hostname, port } = new URL(attacked.urls.control)
    const sockets: Socket[] = []
    try {
      for (let index = 0; index < 300; index++) {
        const socket = connect(Number(port), hostname, () =>
          socket.write('GET /v1/stack HTTP/1.1\r\nHost: localhost\r\nX-Slow: '),
        )
        socket.on('error', () => undefined)
        sockets.push(socket)
      }
      const times: number[] = []
      for (let round = 0; round < 50; round++) {
        const startedMs = performance.now()
        expect((await ask(attacked.urls.control, '/v1/stack')).status).toBe(200)
        times.push(performance.now() - startedMs)
        for (const socket of sockets) if (!socket.destroyed) socket.write('y')
      }
      const slowestMs = Math.max(...times)
      expect(slowestMs).toBeLessThan(3_000)
      counted('slowloris, 300 connections', times.length, `legitimate answers, ≤ ${Math.ceil(slowestMs)} ms`)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
    await healthy()
  })
})
