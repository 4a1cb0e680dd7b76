import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestService } from '../../faults/inside/test-service.ts'
import { startProxyServer } from '../../proxy/start.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import { liftUnknownFaults } from './unknown-faults.ts'

const TOKEN = 'f'.repeat(43)
let proxy: Awaited<ReturnType<typeof startProxyServer>>
let upstream: Server
beforeEach(async () => {
  upstream = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  proxy = await startProxyServer(
    { host: '127.0.0.1', port: 0, token: TOKEN, file: undefined, seed: undefined },
    pino({ level: 'silent' }),
  )
})
afterEach(async () => {
  await proxy.close()
  upstream.close()
})

const addressOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) })
const runtimeOf = (services: object[]) => ({ services: () => services }) as unknown as Runtime
const ask = (path: string, method = 'GET', body?: object) =>
  fetch(proxy.address + path, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const access = { tokenOf: () => TOKEN, passwords: new Map<string, string>() }

describe('liftUnknownFaults', () => {
  it('removes toxics that control does not know of, and switches links on again', async () => {
    const { port } = upstream.address() as AddressInfo
    await ask('/proxies', 'POST', { name: 'redis', listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}` })
    await ask('/proxies', 'POST', { name: 'postgres', listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}` })
    await ask('/proxies/redis/toxics', 'POST', { name: 'by-hand', type: 'latency', attributes: { latency: 100 } })
    await ask('/proxies/postgres', 'POST', { enabled: false })
    const runtime = runtimeOf([{ name: 'proxy', replicas: [{ id: 'proxy-1', address: addressOf(proxy.address) }] }])
    const lifted = await liftUnknownFaults(runtime, access)
    expect(lifted.map(({ fault, service }) => `${fault} of ${service}`).sort()).toEqual([
      'link off of postgres',
      'toxic latency of redis',
    ])
    const links = (await (await ask('/proxies')).json()) as Record<string, { enabled: boolean; toxics: unknown[] }>
    expect(links.redis?.toxics).toEqual([])
    expect(links.postgres?.enabled).toBe(true)
    expect(await liftUnknownFaults(runtime, access)).toEqual([])
  })

  it('ends what a service holds, and passes over one that does not answer', async () => {
    const service = await TestService.start()
    const held = { fault: 'latency', params: { delay: '10ms' }, leaseMs: 60_000, forMs: 60_000, seed: 1 }
    expect((await service.request({ method: 'PUT', path: '/faults/by-hand', body: held })).status).toBe(200)
    const runtime = runtimeOf([
      { name: 'store', takesFaults: true, replicas: [{ id: 'store-1', address: addressOf(service.url) }] },
      { name: 'quotes', takesFaults: true, replicas: [{ id: 'quotes-1', address: { host: '127.0.0.1', port: 1 } }] },
    ])
    const lifted = await liftUnknownFaults(runtime, { ...access, tokenOf: () => 't'.repeat(43) })
    expect(lifted).toMatchObject([{ id: 'by-hand', fault: 'latency', replica: 'store-1' }])
    const { body } = await service.request({ method: 'GET', path: '/faults' })
    expect(JSON.parse(body)).toEqual({ faults: [] })
    await service.remove()
  })
})
