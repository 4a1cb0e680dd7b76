import { request } from 'node:http'
import { pino } from 'pino'
import { Toxiproxy } from 'toxiproxy-node-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startProxyServer } from './start.ts'
import { echo, startUpstream, TestClient, type TestUpstream } from './test-ends.ts'

const ANY_PORT = '127.0.0.1:0'
let upstream: TestUpstream
let server: Awaited<ReturnType<typeof start>>
beforeEach(async () => {
  upstream = await startUpstream(echo)
  server = await start()
})
afterEach(async () => {
  await server.close()
  await upstream.close()
})

function start(token?: string) {
  return startProxyServer({ host: '127.0.0.1', port: 0, token, file: undefined, seed: 1 }, pino({ level: 'silent' }))
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.address}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of a body.
  const json: any = /^[[{]/.test(text) ? JSON.parse(text) : undefined
  return { status: response.status, body: json }
}
const target = () => `127.0.0.1:${upstream.port}`
const create = (name = 'db', more: object = {}) =>
  call('POST', '/proxies', { name, listen: ANY_PORT, upstream: target(), ...more })
const portOf = (listen: string) => Number(listen.split(':').at(-1))
/** Its port is free while it is disabled: while another program has it, the proxy waits for it. */
const untilEnabled = () =>
  vi.waitFor(async () => expect((await call('GET', '/proxies/db')).body.enabled).toBe(true), { timeout: 60_000 })

describe('the API of the fault proxy, as Toxiproxy has it,', () => {
  it('creates a proxy with 201, shows the port it got, and serves it', async () => {
    const created = await create()
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      name: 'db',
      listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      upstream: target(),
      enabled: true,
      toxics: [],
    })
    expect(portOf(created.body.listen)).toBeGreaterThan(0)
    const client = await TestClient.to(portOf(created.body.listen))
    expect(await client.roundTripMs()).toBeLessThan(10_000)
    expect(await call('GET', '/proxies/db')).toEqual({ status: 200, body: created.body })
    expect(await call('GET', '/proxies')).toEqual({ status: 200, body: { db: created.body } })
  })

  it.each(['0.0.0.0', '[::]', '127.1', '[::ffff:127.0.0.1]', 'localhost.example', 'a\0b'])(
    'makes no proxy that listens on %s: a client that may change it must not open this machine to others',
    async (host) => {
      const listen = `${host}:0`
      const refused = { status: 403, body: { code: 'FD_PROXY_LISTEN_HOST' } }
      expect(await create('db', { listen })).toMatchObject(refused)
      expect(await create('db', { listen, enabled: false })).toMatchObject(refused)
      expect(await call('POST', '/populate', [{ name: 'db', listen, upstream: target() }])).toMatchObject(refused)
      expect(await call('GET', '/proxies')).toEqual({ status: 200, body: {} })
      const { body } = await create()
      expect(await call('PATCH', '/proxies/db', { listen })).toMatchObject(refused)
      expect((await call('GET', '/proxies/db')).body).toEqual(body)
    },
  )

  it('makes one that listens where the fault proxy was started to listen', async () => {
    await server.close()
    server = await startProxyServer(
      { host: '0.0.0.0', port: 0, token: 't', file: undefined, seed: 1 },
      pino({ level: 'silent' }),
    )
    const headers = { authorization: 'Bearer t' }
    const body = { name: 'db', listen: '0.0.0.0:0', upstream: target() }
    expect((await call('POST', '/proxies', body, headers)).status).toBe(201)
  })

  it('creates a disabled proxy that can be enabled, with POST as with PATCH', async () => {
    const created = await create('db', { enabled: false })
    expect(created.body.enabled).toBe(false)
    for (const method of ['POST', 'PATCH']) {
      const enabled = await call(method, '/proxies/db', { enabled: true })
      expect(enabled).toMatchObject({ status: 200, body: { enabled: true } })
      await (await TestClient.to(portOf(enabled.body.listen))).roundTripMs()
      await call(method, '/proxies/db', { enabled: false })
      await expect(TestClient.to(portOf(enabled.body.listen))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
  })

  it.each([
    ['a body that is not JSON', 'POST', '/proxies', '{', 400, /^bad request body: /],
    ['no body', 'POST', '/proxies', '', 400, /^bad request body: EOF$/],
    ['a field of the wrong type', 'POST', '/proxies', { name: 1 }, 400, /^bad request body: name must be string/],
    ['no name', 'POST', '/proxies', { upstream: 'a:1' }, 400, /^missing required field: name$/],
    ['no upstream', 'POST', '/proxies', { name: 'x' }, 400, /^missing required field: upstream$/],
    [
      'an upstream without a port',
      'POST',
      '/proxies',
      { name: 'x', upstream: 'a' },
      400,
      /^bad request body: upstream must be host:port/,
    ],
    ['a name that is taken', 'POST', '/proxies', { name: 'db', upstream: 'a:1' }, 409, /^proxy already exists$/],
    ['a proxy that is not there', 'GET', '/proxies/none', undefined, 404, /^proxy not found$/],
    ['a change of one that is not there', 'POST', '/proxies/none', {}, 404, /^proxy not found$/],
    ['the end of one that is not there', 'DELETE', '/proxies/none', undefined, 404, /^proxy not found$/],
    ['toxics of one that is not there', 'GET', '/proxies/none/toxics', undefined, 404, /^proxy not found$/],
    ['a toxic that is not there', 'GET', '/proxies/db/toxics/none', undefined, 404, /^toxic not found$/],
    ['the end of a toxic that is not there', 'DELETE', '/proxies/db/toxics/none', undefined, 404, /^toxic not found$/],
    ['an unknown type of toxic', 'POST', '/proxies/db/toxics', { type: 'curse' }, 400, /^invalid toxic type$/],
    [
      'an unknown stream',
      'POST',
      '/proxies/db/toxics',
      { type: 'latency', stream: 'sideways' },
      400,
      /^stream was invalid, can be either upstream or downstream$/,
    ],
    [
      'attributes out of bounds',
      'POST',
      '/proxies/db/toxics',
      { type: 'latency', attributes: { latency: -1 } },
      400,
      /^bad request body: latency must be >= 0/,
    ],
    [
      'a toxicity above 1',
      'POST',
      '/proxies/db/toxics',
      { type: 'latency', toxicity: 2 },
      400,
      /^bad request body: toxicity must be <= 1/,
    ],
    [
      'no name in the second of a list',
      'POST',
      '/populate',
      [{ name: 'a', upstream: 'b:1' }, {}],
      400,
      /^missing required field: name at proxy 2$/,
    ],
  ])('refuses %s', async (_what, method, path, body, status, error) => {
    await create()
    const answer = await call(method, path, body)
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(error), status } })
    expect(Object.keys((await call('GET', '/proxies')).body)).toEqual(['db'])
  })

  it('answers 500 for a port that is taken, in the words of the system', async () => {
    const { body } = await create()
    const answer = await create('other', { listen: body.listen })
    expect(answer).toMatchObject({
      status: 500,
      body: { error: `listen tcp ${body.listen}: bind: address already in use`, status: 500 },
    })
    expect((await call('GET', '/proxies/other')).status).toBe(404)
  })

  it('adds a toxic with Toxiproxy’s defaults, changes only what is given, and removes it with 204', async () => {
    await create()
    const toxic = {
      attributes: { latency: 100, jitter: 0 },
      name: 'latency_downstream',
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
    }
    expect(
      await call('POST', '/proxies/db/toxics', { type: 'latency', attributes: { latency: 100, unknown: 1 } }),
    ).toEqual({ status: 200, body: toxic })
    expect(await call('POST', '/proxies/db/toxics', { type: 'latency' })).toMatchObject({
      status: 409,
      body: { error: 'toxic already exists' },
    })
    const changed = { ...toxic, attributes: { latency: 100, jitter: 7 }, toxicity: 0.5 }
    expect(
      await call('PATCH', '/proxies/db/toxics/latency_downstream', { toxicity: 0.5, attributes: { jitter: 7 } }),
    ).toEqual({ status: 200, body: changed })
    expect(await call('POST', '/proxies/db/toxics/latency_downstream', {})).toEqual({ status: 200, body: changed })
    expect(await call('GET', '/proxies/db/toxics')).toEqual({ status: 200, body: [changed] })
    expect((await call('GET', '/proxies/db')).body.toxics).toEqual([changed])
    expect(await call('DELETE', '/proxies/db/toxics/latency_downstream')).toEqual({ status: 204, body: undefined })
    expect((await call('GET', '/proxies/db/toxics')).body).toEqual([])
  })

  it('lists upstream toxics first', async () => {
    await create()
    for (const stream of ['downstream', 'upstream']) await call('POST', '/proxies/db/toxics', { type: 'noop', stream })
    expect((await call('GET', '/proxies/db/toxics')).body.map(({ name }: { name: string }) => name)).toEqual([
      'noop_upstream',
      'noop_downstream',
    ])
  })

  it('populates: what is as planned stays, toxics and all, what is not is replaced', async () => {
    const one = await create('one')
    await create('two')
    await call('POST', '/proxies/one/toxics', { type: 'noop' })
    await call('POST', '/proxies/two/toxics', { type: 'noop' })
    const answer = await call('POST', '/populate', [
      { name: 'one', listen: one.body.listen, upstream: target() },
      { name: 'two', listen: ANY_PORT, upstream: '127.0.0.1:9' },
      { name: 'three', listen: ANY_PORT, upstream: target(), enabled: false },
    ])
    expect(answer.status).toBe(201)
    expect(
      answer.body.proxies.map(({ name, toxics, enabled }: never) => [name, (toxics as []).length, enabled]),
    ).toEqual([
      ['one', 1, true],
      ['two', 0, true],
      ['three', 0, false],
    ])
  })

  it('says in a failed populate what was done before', async () => {
    const { body } = await create()
    const answer = await call('POST', '/populate', [
      { name: 'a', listen: ANY_PORT, upstream: target() },
      { name: 'b', listen: body.listen, upstream: target() },
    ])
    expect(answer).toMatchObject({ status: 500, body: { status: 500, proxies: [{ name: 'a' }] } })
  })

  it('resets: every proxy is enabled and has no toxic', async () => {
    await create()
    await call('POST', '/proxies/db/toxics', { type: 'timeout' })
    await call('PATCH', '/proxies/db', { enabled: false })
    expect((await call('POST', '/reset')).status).toBe(204)
    expect((await call('GET', '/proxies/db')).body).toMatchObject({ enabled: true, toxics: [] })
  })

  it('moves a proxy to another upstream, which ends its connections', async () => {
    const { body } = await create()
    const client = await TestClient.to(portOf(body.listen))
    await client.roundTripMs()
    const moved = await call('PATCH', '/proxies/db', { upstream: '127.0.0.1:9' })
    expect(moved.body).toEqual({ ...body, upstream: '127.0.0.1:9' })
    await client.end()
  })

  it('takes JSON by any content type, as curl -d sends it', async () => {
    const body = JSON.stringify({ name: 'db', upstream: target() })
    expect((await call('POST', '/proxies', body, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      201,
    )
  })

  it('has a version and metrics', async () => {
    const { body } = await create()
    expect(await call('GET', '/version')).toEqual({
      status: 200,
      body: { version: expect.stringMatching(/^2\.\d+\.\d+$/) },
    })
    await (await TestClient.to(portOf(body.listen))).roundTripMs('12345')
    const metrics = await (await fetch(`${server.address}/metrics`)).text()
    const labels = `listener="${body.listen}",proxy="db",upstream="${target()}"`
    for (const direction of ['upstream', 'downstream']) {
      expect(metrics).toContain(`toxiproxy_proxy_received_bytes_total{direction="${direction}",${labels}} 5\n`)
      expect(metrics).toContain(`toxiproxy_proxy_sent_bytes_total{direction="${direction}",${labels}} 5\n`)
    }
    expect(metrics).toContain('proxy_connections{proxy="db"} 1\n')
    expect(metrics).toContain('proxy_enabled{proxy="db"} 1\n')
  })

  it('counts bytes where they came in: no counter falls, moves or is lost with its proxy', async () => {
    const received = async () => {
      const text = await (await fetch(`${server.address}/metrics`)).text()
      const lines = text.matchAll(
        /^toxiproxy_proxy_received_bytes_total\{direction="upstream",listener="([^"]+)".*\} (\d+)$/gm,
      )
      return Object.fromEntries([...lines].map(([, listener, bytes]) => [listener, Number(bytes)]))
    }
    const pass = async (listen: string, bytes: number) =>
      (await TestClient.to(portOf(listen))).roundTripMs('x'.repeat(bytes))
    const { listen: first } = (await create()).body
    await pass(first, 1_000)
    const { listen: second } = (await call('PATCH', '/proxies/db', { listen: ANY_PORT })).body
    await pass(second, 500)
    expect(await received()).toEqual({ [first]: 1_000, [second]: 500 })
    expect((await call('GET', '/firedrill/proxies/db')).body.upstream.receivedBytes).toBe(1_500)
    await call('DELETE', '/proxies/db')
    expect(await received()).toEqual({ [first]: 1_000, [second]: 500 })
    await create('db', { listen: first })
    await pass(first, 70)
    expect(await received()).toEqual({ [first]: 1_070, [second]: 500 })
    expect((await call('GET', '/firedrill/proxies/db')).body.upstream.receivedBytes).toBe(70)
  })

  it('leaves nothing of a proxy that carried nothing, and of others only the last hundred', async () => {
    const lines = async () => {
      const text = await (await fetch(`${server.address}/metrics`)).text()
      return text.split('\n').filter((line) => /^(toxi)?proxy_/.test(line)).length
    }
    for (let n = 0; n < 130; n++) {
      const { body } = await create(`idle${n}`)
      const client = n % 2 === 0 ? undefined : await TestClient.to(portOf(body.listen))
      await client?.roundTripMs()
      await call('DELETE', `/proxies/idle${n}`)
    }
    // Two directions, received and sent, and the connections that were accepted.
    expect(await lines()).toBe(65 * 5)
    for (let n = 0; n < 60; n++) {
      const { body } = await create('busy')
      await (await TestClient.to(portOf(body.listen))).roundTripMs()
      await call('DELETE', '/proxies/busy')
    }
    expect(await lines()).toBe(100 * 4 + 66)
  })

  it('reads a body of any content type, and needs no body where there is nothing to read', async () => {
    const send = (type: string, path: string, body: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) }
        request(`${server.address}${path}`, { method: 'POST', headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
          .on('error', reject)
          .end(body)
      })
    for (const [index, type] of ['', 'json', ';', 'text/plain; charset=x', 'multipart/form-data'].entries())
      expect(await send(type, '/proxies', JSON.stringify({ name: `p${index}`, upstream: target() })), type).toBe(201)
    expect(await send('application/json', '/reset', '{"no"')).toBe(204)
  })

  it('takes a populate of thousands, and says to a larger body that it is too large, however large it is', async () => {
    const many = Array.from({ length: 5_000 }, (_, n) => ({ name: `p${n}`, upstream: target(), enabled: false }))
    const { status, body } = await call('POST', '/populate', many)
    expect([status, body.proxies.length]).toEqual([201, 5_000])
    for (const size of [2_000_000, 40_000_000])
      expect(await call('POST', '/populate', ' '.repeat(size))).toMatchObject({
        status: 413,
        body: { error: expect.stringMatching(/too large/), status: 413 },
      })
  })

  it('refuses values that are nested too deep, as any other bad body', async () => {
    for (const body of ['['.repeat(100_000), '{"a":'.repeat(100_000), `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`])
      expect(await call('POST', '/proxies', body)).toMatchObject({ status: 400, body: { code: 'FD_PROXY_BODY' } })
  })

  it('answers HEAD as GET, without the body', async () => {
    await create()
    for (const path of ['/proxies', '/proxies/db', '/version', '/metrics'])
      expect(await call('HEAD', path)).toEqual({ status: 200, body: undefined })
  })

  it('names each request in X-Toxiproxy-Request-Id', async () => {
    const ids = new Set<string>()
    for (let n = 0; n < 20; n++) {
      const { headers } = await fetch(`${server.address}/version`)
      ids.add(headers.get('x-toxiproxy-request-id') ?? '')
    }
    expect(ids.size).toBe(20)
    for (const id of ids) expect(id).toMatch(/^[0-9a-v]{20}$/)
  })

  it('keeps the time after which a proxy comes back, also when other fields change meanwhile', async () => {
    await create()
    await call('PATCH', '/proxies/db', { enabled: false, ttl_ms: 1_000 })
    await call('PATCH', '/proxies/db', { upstream: '127.0.0.1:9' })
    expect((await call('GET', '/firedrill/proxies/db')).body.disabledForMs).toBeLessThanOrEqual(1_000)
    await untilEnabled()
  })

  it('resets those that can start, and says which cannot', async () => {
    const { body } = await create('a', { enabled: false, listen: 'nowhere' })
    expect(body).toMatchObject({ listen: 'nowhere', enabled: false })
    await create('b', { enabled: false })
    expect(await call('POST', '/reset')).toMatchObject({
      status: 500,
      body: { error: 'listen tcp: address nowhere: missing port in address' },
    })
    expect((await call('GET', '/proxies/b')).body.enabled).toBe(true)
  })

  it.each([
    ['a browser', { 'user-agent': 'Mozilla/5.0' }, 403],
    ['a page that hides its browser', { origin: 'http://example.org' }, 403],
  ])('refuses %s', async (_who, headers, status) => {
    expect((await call('POST', '/reset', undefined, headers as unknown as Record<string, string>)).status).toBe(status)
  })
})

describe('with a token', () => {
  it('lets everybody on this machine look, and only its holder change something', async () => {
    await server.close()
    server = await start('secret')
    expect((await call('GET', '/proxies')).status).toBe(200)
    expect((await call('HEAD', '/proxies')).status).toBe(200)
    expect(await create()).toMatchObject({ status: 401, body: { status: 401 } })
    expect((await call('POST', '/reset', undefined, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await call('POST', '/reset', undefined, { authorization: 'Bearer secret' })).status).toBe(204)
  })
})

describe('what Toxiproxy does not have', () => {
  it('a toxic with ttl_ms is gone after it, unless that is renewed', async () => {
    await create()
    const addedMs = performance.now()
    await call('POST', '/proxies/db/toxics', { type: 'timeout', ttl_ms: 2_000 })
    expect((await call('GET', '/firedrill/proxies/db')).body.toxics[0].ttlMs).toBeLessThanOrEqual(2_000)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await call('PATCH', '/proxies/db/toxics/timeout_downstream', { ttl_ms: 2_000 })
    await expect.poll(async () => (await call('GET', '/proxies/db/toxics')).body, { interval: 5 }).toEqual([])
    expect(performance.now() - addedMs).toBeGreaterThanOrEqual(2_199)
  })

  it('a proxy disabled with ttl_ms is enabled again after it', async () => {
    const { body } = await create()
    await call('PATCH', '/proxies/db', { enabled: false, ttl_ms: 1_000 })
    expect((await call('GET', '/firedrill/proxies/db')).body).toMatchObject({
      enabled: false,
      disabledForMs: expect.any(Number),
    })
    await untilEnabled()
    await (await TestClient.to(portOf(body.listen))).roundTripMs()
  })

  it('counts what has come to a toxic: the proof that it is active', async () => {
    const { body } = await create()
    const client = await TestClient.to(portOf(body.listen))
    await client.roundTripMs()
    await call('POST', '/proxies/db/toxics', { type: 'latency', stream: 'upstream', attributes: { latency: 20 } })
    await client.roundTripMs('12345')
    const watch = (await call('GET', '/firedrill/proxies/db')).body
    expect(watch.toxics).toEqual([
      { name: 'latency_upstream', type: 'latency', stream: 'upstream', connections: 1, newConnections: 0, bytes: 5 },
    ])
    expect(watch).toMatchObject({ connections: 1, accepted: 1, upstream: { receivedBytes: 9, sentBytes: 9 } })
  })
})

describe('toxiproxy-node-client', () => {
  it('does all it can do: create, populate, look, change, harm, heal, reset, remove', async () => {
    const toxiproxy = new Toxiproxy(server.address)
    expect(JSON.parse(await toxiproxy.getVersion())).toHaveProperty('version')
    const proxy = await toxiproxy.createProxy({ name: 'db', listen: ANY_PORT, upstream: target() })
    const client = await TestClient.to(portOf(proxy.listen))
    await client.roundTripMs()
    const toxic = await proxy.addToxic({
      name: 'slow',
      type: 'latency',
      stream: 'upstream',
      toxicity: 1,
      attributes: { latency: 150, jitter: 0 },
    })
    expect(await client.roundTripMs()).toBeGreaterThanOrEqual(148)
    expect((await proxy.getToxic<{ latency: number }>('slow')).attributes.latency).toBe(150)
    await toxic.update({ ...toxic.toJson(), attributes: { latency: 60, jitter: 0 } })
    expect(await client.roundTripMs()).toBeGreaterThanOrEqual(58)
    await toxic.remove()
    expect(await client.roundTripMs()).toBeLessThan(10_000)
    await expect(proxy.getToxic('slow')).rejects.toThrow('404')
    expect((await proxy.update({ ...proxy.toJson(), enabled: false })).enabled).toBe(false)
    await toxiproxy.reset()
    expect((await toxiproxy.get('db')).enabled).toBe(true)
    expect(Object.keys(await toxiproxy.populate([{ name: 'more', listen: ANY_PORT, upstream: target() }]))).toEqual([
      'more',
    ])
    await proxy.remove()
    expect(Object.keys(await toxiproxy.getAll())).toEqual(['more'])
  })
})
