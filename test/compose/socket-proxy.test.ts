import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goReads, list, map, scalar, struct } from '../../src/runtimes/compose/engine/test-go-json.ts'
import { makeTarget, type Target } from './attack.ts'

let target: Target
let original: Awaited<ReturnType<Target['inspect']>>
/** What would create a container like `web`, as Docker's API takes it. */
let likeWeb: string
let network: string

beforeAll(async () => {
  target = await makeTarget()
  original = await target.inspect(target.own.web)
  const { Hostname: _, ...config } = original.Config
  likeWeb = JSON.stringify({ ...config, HostConfig: original.HostConfig })
  network = Object.values(original.NetworkSettings.Networks)[0]?.NetworkID ?? ''
})

afterAll(() => target?.close())

/** Nothing may have come of a request: no container more or less, none in another network, none with other programs in it. */
async function changesNothing(attack: () => Promise<unknown>): Promise<void> {
  const before = await target.world()
  await attack()
  expect(await target.world()).toEqual(before)
  expect((await target.inspect(target.own.web)).Id).toBe(original.Id)
}

const ROOT = '"Mounts":[{"Type":"bind","Source":"/","Target":"/host"}]'
const inFront = (text: string, added: string) => text.replace('"HostConfig":{', `${added},"HostConfig":{`)
const within = (text: string, added: string) => text.replace('"HostConfig":{', `"HostConfig":{${added},`)
/** A busy engine takes its time. */
const SOON = { timeout: 20_000 }
const atEnd = (text: string, added: string) => `${text.slice(0, -1)},${added}}`

describe('the proxy before the engine', () => {
  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['with a mount of the machine', (text) => within(text, ROOT)],
    [
      'with a mount in a first HostConfig, which Go merges with the second',
      (text) => inFront(text, `"HostConfig":{${ROOT}}`),
    ],
    ['with a mount in a last HostConfig', (text) => atEnd(text, `"HostConfig":{${ROOT}}`)],
    ['with a mount under hostconfig', (text) => inFront(text, `"hostconfig":{${ROOT}}`)],
    ['with a mount under HOSTCONFIG at the end', (text) => atEnd(text, `"HOSTCONFIG":{${ROOT}}`)],
    ['with a mount under hoſtconfig, which Go folds', (text) => inFront(text, `"ho\u017ftconfig":{${ROOT}}`)],
    ['with a mount under an escaped key', (text) => inFront(text, `"\\u0048ostConfig":{${ROOT}}`)],
    ['with a mount under mounts', (text) => within(text, ROOT.replace('Mounts', 'mounts'))],
    ['with Privileged under privileged', (text) => within(text, '"privileged":true')],
    ['with equal keys of a user', (text) => atEnd(text, '"user":"0"')],
    [
      'with another network',
      (text) => atEnd(text, `"NetworkingConfig":{"EndpointsConfig":{"${target.foreign.network}":{}}}`),
    ],
    [
      'with another network under endpointsConfig',
      (text) => atEnd(text, `"NetworkingConfig":{"endpointsConfig":{"${target.foreign.network}":{}}}`),
    ],
    [
      'with another network under networkingconfig',
      (text) => atEnd(text, `"networkingconfig":{"EndpointsConfig":{"${target.foreign.network}":{}}}`),
    ],
    [
      'with an address of its own',
      (text) => atEnd(text, '"NetworkingConfig":{"EndpointsConfig":{"x":{"IPAMConfig":{"IPv4Address":"10.0.0.9"}}}}'),
    ],
    ['with something after its end', (text) => `${text}{"HostConfig":{${ROOT}}}`],
    ['after a byte order mark', (text) => `\ufeff${text}`],
    ['with a number that is too large', (text) => within(text, '"Memory":99999999999999999999')],
  ])('creates no container from a body of its client: a copy of one %s', async (_, change) => {
    await changesNothing(async () => {
      const { status } = await target.send('POST', '/containers/create?name=fd-attack-made', change(likeWeb))
      expect(status).toBe(403)
    })
  })

  it.each<[string, () => string]>([
    ['its own container', () => JSON.stringify({ Container: target.own.web })],
    ['a container of another project', () => JSON.stringify({ Container: target.foreign.container })],
    [
      'another one in small letters',
      () => `{"Container":"${target.own.web}","container":"${target.foreign.container}"}`,
    ],
    [
      'another one under an equal key',
      () => `{"Container":"${target.foreign.container}","Container":"${target.own.web}"}`,
    ],
    [
      'its own under an alias',
      () => JSON.stringify({ Container: target.own.web, EndpointConfig: { Aliases: ['postgres'] } }),
    ],
  ])('lets nobody put into a network: %s', async (_, body) => {
    await changesNothing(async () => {
      expect((await target.send('POST', `/networks/${network}/connect`, body())).status).toBe(403)
    })
  })

  it.each<[string, object | string]>([
    ['plain', { Cmd: ['id'], AttachStdout: true, AttachStderr: true }],
    ['with privileges', { Cmd: ['id'], Privileged: true }],
    ['with privileges in small letters', '{"Cmd":["id"],"Privileged":false,"privileged":true}'],
    ['as root', { Cmd: ['id'], User: '0' }],
    ['with variables', { Cmd: ['id'], Env: ['LD_PRELOAD=/tmp/x.so'] }],
    ['elsewhere', { Cmd: ['id'], WorkingDir: '/proc' }],
    ['with a terminal', { Cmd: ['sh'], Tty: true, AttachStdin: true, DetachKeys: 'a' }],
  ])('runs no program in a container: %s', async (_, body) => {
    expect((await target.send('POST', `/containers/${target.own.web}/exec`, body)).status).toBe(403)
    expect(await target.inspect(target.own.web)).toMatchObject({ ExecIDs: null })
  })

  it('starts no program that somebody else has prepared, and hangs at no upgrade', async () => {
    const head = 'Host: docker-proxy\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n'
    const received = await target.raw(`POST /exec/4f1c/start HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`)
    expect(received).toMatch(/^HTTP\/1.1 403 /)
  })

  it('passes on no header of its client', async () => {
    const { status, text } = await target.send('GET', '/_ping', undefined, {
      connection: 'Upgrade',
      upgrade: 'h2c',
      'x-registry-auth': 'x',
      expect: '100-continue',
    })
    expect({ status, text }).toEqual({ status: 200, text: 'OK' })
  })

  it.each<[string, string, () => string]>([
    ['starts', 'POST', () => '/start'],
    ['kills', 'POST', () => '/kill?signal=SIGKILL'],
    ['pauses', 'POST', () => '/pause'],
    ['removes', 'DELETE', () => '?force=1&v=1'],
    ['looks at', 'GET', () => '/json'],
    ['reads the log of', 'GET', () => '/logs?stdout=1&stderr=1&tail=5'],
    ['waits for', 'POST', () => '/wait'],
  ])('%s no container of another project, and none that is untouchable', async (_, method, rest) => {
    for (const id of [target.foreign.container, target.own['docker-proxy']]) {
      await changesNothing(async () => {
        expect((await target.send(method, `/containers/${id}${rest()}`)).status).toBe(403)
      })
    }
  })

  it('copies and replaces no container of another project, and none that is untouchable', async () => {
    for (const id of [target.foreign.container, target.own['docker-proxy']]) {
      await changesNothing(async () => {
        expect((await target.send('POST', `/copy/${id}`, { number: 2, settings: {} })).status).toBe(403)
        expect((await target.send('POST', `/replace/${id}`, { settings: {} })).status).toBe(403)
      })
    }
  })

  it.each<[string, string]>([
    ['a mount', `{"number":2,"settings":{},"HostConfig":{${ROOT}}}`],
    ['a mount in front', `{"HostConfig":{${ROOT}},"number":2,"settings":{}}`],
    ['an environment', '{"number":2,"settings":{},"Env":["LD_PRELOAD=/tmp/x.so"]}'],
    ['a number twice', '{"number":2,"number":3,"settings":{}}'],
    ['a number in capitals', '{"number":2,"NUMBER":3,"settings":{}}'],
    ['settings under \u017fettings', '{"number":2,"settings":{},"\u017fettings":{"A":"b"}}'],
    ['a number in another form', '{"number":2e0,"settings":{}}'],
    ['a NUL', '{"number":2,"settings":{"GREETING":"a\\u0000b"}}'],
    ['a line feed', '{"number":2,"settings":{"GREETING":"a\\nLD_PRELOAD=/tmp/x.so"}}'],
    ['half of a surrogate pair', '{"number":2,"settings":{"GREETING":"\\ud800"}}'],
    ['a library to load', '{"number":2,"settings":{"LD_PRELOAD":"/tmp/x.so"}}'],
    ['options of Node', '{"number":2,"settings":{"NODE_OPTIONS":"--import=data:text/javascript,0"}}'],
    ['a path', '{"number":2,"settings":{"PATH":"/tmp"}}'],
    ['a token', '{"number":2,"settings":{"WEB_TOKEN":"mine"}}'],
    ['a database', '{"number":2,"settings":{"DATABASE_URL":"postgres://mine"}}'],
    ['a secret to fill in', '{"number":2,"settings":{"GREETING":"{{secret:control}}"}}'],
    ['a mebibyte', `{"number":2,"settings":{"GREETING":"${'x'.repeat(1024 * 1024)}"}}`],
  ])('makes no copy with %s', async (_, body) => {
    await changesNothing(async () => {
      const answer = await target.send('POST', `/copy/${target.own.web}`, body).catch(() => ({ status: 403 }))
      expect(answer.status).toBe(403)
      const other = await target.send('POST', `/replace/${target.own.web}`, body).catch(() => ({ status: 403 }))
      expect(other.status).toBe(403)
    })
  })

  it('makes copies that are like their original in everything but number and settings', async () => {
    const body = { number: 2, settings: { GREETING: 'h\u00e9llo \u2028 \u212a "},{"' } }
    const { status, text } = await target.send('POST', `/copy/${target.own.web}`, body)
    expect(status, text).toBe(201)
    const { Id } = JSON.parse(text) as { Id: string }
    try {
      await isLike(await target.inspect(Id), { number: '2', env: [`GREETING=${body.settings.GREETING}`] })
    } finally {
      await target.engine.remove(Id)
    }
  })

  it('replaces a container by one like it under its name, and back, also of its own copies', async () => {
    const name = original.Name.slice(1)
    const replace = async (id: string, settings: object) => {
      const { status, text } = await target.send('POST', `/replace/${id}`, { settings })
      expect(status, text).toBe(201)
    }
    await replace(target.own.web, { GREETING: 'hello' })
    const changed = await target.inspect(name)
    expect(changed.Id).not.toBe(original.Id)
    await isLike(changed, { number: '1', env: ['GREETING=hello'] })
    await replace(name, {})
    await isLike(await target.inspect(name), { number: '1', env: [] })
    await replace(name, { PORT: '8001' })
    expect((await target.inspect(name)).Config.Env).toContain('PORT=8001')
    await replace(name, {})
    const back = await target.inspect(name)
    await isLike(back, { number: '1', env: [] })
    original = back
    target.own.web = back.Id
  })

  async function isLike(copy: typeof original, { number, env }: { number: string; env: string[] }): Promise<void> {
    const { Env, Labels, Hostname: _, ...config } = copy.Config
    const { Env: ofOriginal, Labels: labels, Hostname: __, ...rest } = original.Config
    expect(config).toEqual(rest)
    expect([...(Env ?? [])].sort()).toEqual([...(ofOriginal ?? []), ...env].sort())
    const { 'io.firedrill.base-env': base, ...others } = Labels
    const { 'io.firedrill.base-env': ___, ...expected } = labels
    expect(others).toEqual({ ...expected, 'com.docker.compose.container-number': number })
    expect(JSON.parse(base ?? '')).toMatchObject({ PORT: '8000', WEB_TOKEN: 'of-the-web' })
    expect(copy.HostConfig).toEqual(original.HostConfig)
    expect(mountsOf(copy)).toEqual(mountsOf(original))
    const networks = (of: typeof original) => Object.keys(of.NetworkSettings.Networks).sort()
    expect(networks(copy)).toEqual(networks(original))
    for (const { Aliases } of Object.values(copy.NetworkSettings.Networks)) expect(Aliases).toContain('web')
  }

  const mountsOf = (of: typeof original) => (of as unknown as { Mounts: object[] }).Mounts

  it('answers under its own names alone', async () => {
    for (const host of [
      'evil.example',
      'evil',
      '169.254.169.254',
      'docker-proxy.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      expect((await target.send('GET', '/_ping', undefined, { host })).status, host).toBe(421)
    }
    for (const host of ['docker-proxy', 'docker-proxy:2375', '127.0.0.1:2375', 'localhost']) {
      expect((await target.send('GET', '/_ping', undefined, { host })).status, host).toBe(200)
    }
  })

  it.each<[string, string]>([
    [
      'two lengths',
      'POST /containers/ID/start HTTP/1.1\r\nHost: docker-proxy\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nGET /',
    ],
    [
      'a length and chunks',
      'POST /containers/ID/start HTTP/1.1\r\nHost: docker-proxy\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'an odd encoding',
      'POST /containers/ID/start HTTP/1.1\r\nHost: docker-proxy\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    ['a tunnel', 'CONNECT docker:80 HTTP/1.1\r\nHost: docker-proxy\r\n\r\n'],
    ['an address in full', 'GET http://docker/images/json HTTP/1.1\r\nHost: docker-proxy\r\n\r\n'],
    ['no host', 'GET /_ping HTTP/1.1\r\n\r\n'],
    ['no host in HTTP/1.0', 'GET /_ping HTTP/1.0\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('does nothing for a request with %s', async (_, bytes) => {
    await changesNothing(async () => {
      const received = await target.raw(bytes.replace('ID', target.own.web))
      expect(received).not.toMatch(/HTTP\/1.1 [23]/)
    })
  })

  it('serves one request at a time on a connection, and ends one on which more wait', async () => {
    const head = 'HTTP/1.1\r\nHost: docker-proxy\r\n\r\n'
    expect(await target.raw(`GET /_ping ${head}GET /images/json ${head}GET /_ping ${head}`)).not.toMatch(/ 200 /)
    expect((await target.send('GET', '/_ping')).status).toBe(200)
  })

  it('holds a bounded number of connections, and serves again when they have gone', async () => {
    const sockets = Array.from({ length: 300 }, () => connect(target.port, '127.0.0.1').on('error', () => undefined))
    try {
      await expect.poll(() => target.refused, SOON).toContain('a connection: more than 256')
    } finally {
      for (const socket of sockets) socket.destroy()
    }
    await expect.poll(() => target.send('GET', '/_ping').catch(String), SOON).toMatchObject({ status: 200 })
  })

  it('ends a request that does not arrive, but none that waits for the end of a container', async () => {
    expect((await target.send('POST', `/containers/${target.own.postgres}/start`)).status).toBe(304)
    const waiting = target.send('POST', `/containers/${target.own.postgres}/wait`)
    const slow = connect(target.port, '127.0.0.1')
    try {
      let received = ''
      slow.on('data', (chunk) => {
        received += String(chunk)
      })
      slow.write(`POST /copy/${target.own.web} HTTP/1.1\r\nHost: docker-proxy\r\nContent-Length: 100\r\n\r\n{`)
      await expect.poll(() => received, SOON).toMatch(/^HTTP\/1.1 408/)
    } finally {
      slow.destroy()
    }
    expect((await target.send('POST', `/containers/${target.own.postgres}/kill?signal=SIGKILL`)).status).toBe(204)
    expect(JSON.parse((await waiting).text)).toMatchObject({ StatusCode: 137 })
  })

  it('sends on what comes late: the end of a container, and events', async () => {
    const events = connect(target.port, '127.0.0.1')
    try {
      let received = ''
      events.on('data', (chunk) => {
        received += String(chunk)
      })
      const filters = {
        type: ['container'],
        label: [`com.docker.compose.project=${original.Config.Labels['com.docker.compose.project']}`],
      }
      events.write(
        `GET /events?filters=${encodeURIComponent(JSON.stringify(filters))} HTTP/1.1\r\nHost: docker-proxy\r\n\r\n`,
      )
      await expect.poll(() => received, SOON).toMatch(/^HTTP\/1.1 200/)
      expect((await target.send('POST', `/containers/${target.own.web}/start`)).status).toBe(204)
      const waiting = target.send('POST', `/containers/${target.own.web}/wait`)
      await expect.poll(() => received, SOON).toContain('"Action":"start"')
      expect((await target.send('POST', `/containers/${target.own.web}/kill?signal=SIGKILL`)).status).toBe(204)
      expect(JSON.parse((await waiting).text)).toMatchObject({ StatusCode: 137 })
      await expect.poll(() => received, SOON).toContain('"Action":"die"')
    } finally {
      events.destroy()
    }
  })
})

describe('the engine itself', () => {
  const asked = struct({
    Image: scalar,
    User: scalar,
    Cmd: list,
    Labels: map(scalar),
    HostConfig: struct({ Mounts: list, ReadonlyRootfs: scalar, Memory: scalar }),
  })
  const none = { Mounts: undefined, ReadonlyRootfs: false, Memory: 0 }
  const tmpfs = '"Mounts":[{"Type":"tmpfs","Target":"/made"}]'

  it.each<[string, (text: string) => string]>([
    ['equal keys', (text) => inFront(text, `"HostConfig":{${tmpfs}}`)],
    ['a key in small letters', (text) => inFront(text, `"hostconfig":{${tmpfs}}`)],
    ['a key with a letter that is folded', (text) => inFront(text, `"ho\u017ftConfig":{${tmpfs}}`)],
    ['equal keys, the last a null', (text) => atEnd(inFront(text, `"HostConfig":{${tmpfs}}`), '"HostConfig":null')],
    ['equal scalars', (text) => atEnd(text, '"User":"1","user":"2"')],
    ['equal maps', (text) => atEnd(text, '"Labels":{"a":"1","b":"1"},"labels":{"a":"2"}')],
    ['half of a surrogate pair', (text) => atEnd(text, '"Labels":{"a":"\\ud800"}')],
  ])('reads as the model of the fuzz tests says: %s', async (_, change) => {
    const project = original.Config.Labels['com.docker.compose.project'] ?? ''
    const text = change(
      JSON.stringify({
        Image: original.Config.Image,
        Cmd: ['true'],
        HostConfig: { ReadonlyRootfs: true, Memory: 64 * 1024 * 1024 },
      }),
    )
    const Id = await target.direct('POST', `/containers/create?name=${project}_made`, text)
    try {
      const { Config, HostConfig } = await target.inspect(Id)
      const { User, Cmd, Labels, Image } = Config as Record<string, unknown>
      const { Mounts, ReadonlyRootfs, Memory } = HostConfig
      const read = goReads(asked, Buffer.from(text)) as { HostConfig?: object }
      expect({ User: '', Labels: {}, ...read, HostConfig: { ...none, ...read.HostConfig } }).toEqual({
        Image,
        User,
        Cmd,
        Labels: Labels ?? {},
        HostConfig: { Mounts, ReadonlyRootfs, Memory },
      })
    } finally {
      await target.engine.remove(Id)
    }
  })
})
