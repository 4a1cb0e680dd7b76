import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProxyServer } from './start.ts'
import { echo, startUpstream, type TestUpstream } from './test-ends.ts'

let folder: string
let taken: TestUpstream
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'))
  taken = await startUpstream(echo)
})
afterEach(async () => {
  await taken.close()
  await rm(folder, { recursive: true })
})

async function start(proxies: unknown, more: { host?: string; port?: number } = {}) {
  const file = join(folder, 'proxies.json')
  await writeFile(file, typeof proxies === 'string' ? proxies : JSON.stringify(proxies))
  return startProxyServer(
    { host: '127.0.0.1', port: 0, token: undefined, file, seed: 1, ...more },
    pino({ level: 'silent' }),
  )
}

describe('the start of the fault proxy', () => {
  it('reads a file as Toxiproxy does: names in any case, null for a default', async () => {
    const server = await start([{ Name: 'a', LISTEN: null, upstream: '127.0.0.1:1', enabled: null }])
    const shown = await (await fetch(`${server.address}/proxies/a`)).json()
    expect(shown).toMatchObject({ name: 'a', listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/), enabled: true })
    await server.close()
  })

  it.each([
    ['a port that is taken', () => `127.0.0.1:${taken.port}`, /address already in use$/],
    ['no address', () => 'nowhere', /address nowhere: missing port in address$/],
    ['a host that nobody knows', () => 'no-such.invalid:0', /lookup no-such.invalid: no such host$/],
    ['a host of another machine', () => '192.0.2.1:0', /cannot assign requested address$/],
  ])('names the file and the address when a proxy of it is to listen on %s', async (_what, listen, words) => {
    const started = start([{ name: 'a', listen: listen(), upstream: '127.0.0.1:1' }])
    await expect(started).rejects.toMatchObject({
      code: 'FD_PROXY_LISTEN',
      message: expect.stringMatching(words),
      details: { where: join(folder, 'proxies.json'), next: expect.any(String) },
    })
  })

  it.each([
    ['a port that is taken', { host: '127.0.0.1', port: () => taken.port }],
    ['a host that nobody knows', { host: 'no-such.invalid', port: () => 0 }],
    ['a host of another machine', { host: '192.0.2.1', port: () => 0 }],
  ])('names the setting when the API is to listen on %s', async (_what, { host, port }) => {
    await expect(start([], { host, port: port() })).rejects.toMatchObject({
      code: 'FD_PROXY_LISTEN',
      message: expect.stringMatching(/^the API cannot listen on /),
      details: { where: 'environment of the fault proxy' },
    })
  })

  it.each([
    ['text behind the list', '[] []', /nothing may follow the list: "\[\]"/],
    ['no list', '{}', /must be array/],
    ['a field of the wrong type', '[{"name":"a","upstream":"b:1"},{"name":5}]', /name must be string at proxy 2/],
    ['an upstream that is no address', '[{"name":"a","upstream":"b"}]', /upstream must be host:port, not "b"/],
  ])('refuses a file with %s', async (_what, text, words) => {
    await expect(start(text)).rejects.toMatchObject({ code: 'FD_PROXY_CONFIG', message: expect.stringMatching(words) })
  })
})
