import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Agent } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Prometheus } from '../../probes/prometheus.ts'
import type { Drill } from '../file/drill.ts'
import type { SystemDescription } from '../system.ts'
import { steadyChecks } from './steady-checks.ts'

let server: Server
const asked: (string | undefined)[] = []
beforeEach(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`)
    response.end('fine')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  asked.splice(0)
  server.close().closeAllConnections()
})

const status = [{ from: 200, to: 200 }]
const drill = { steadyState: [{ kind: 'http', service: 'shop', path: '/health', status }] } as unknown as Drill

function checksOf(origins: readonly string[], access?: SystemDescription['access']) {
  const replicas = origins.map((origin, index) => ({
    id: `shop-${index + 1}`,
    state: 'healthy',
    sinceMs: 0,
    restarts: 0,
    address: { host: '', port: 0 },
    origin,
  }))
  const description = { services: [{ name: 'shop', replicas }], access } as unknown as SystemDescription
  return steadyChecks(drill, description, new Prometheus('http://127.0.0.1:1'))
}

describe('a steady state that is asked over HTTP', () => {
  it('is one check of each replica, and one of the service where all are behind one URL', () => {
    expect(checksOf(['http://a:1', 'http://a:2']).map(({ name }) => name)).toEqual(['shop-1 /health', 'shop-2 /health'])
    expect(checksOf(['http://a:1', 'http://a:1', 'http://a:1']).map(({ name }) => name)).toEqual(['shop /health'])
    expect(checksOf(['http://a:1']).map(({ name }) => name)).toEqual(['shop-1 /health'])
  })

  it('is asked through a door, where the URL does not lead there', async () => {
    const { port } = server.address() as AddressInfo
    const dispatcher = new Agent({
      connect: (_, opened) => {
        const socket = connect(port, '127.0.0.1', () => opened(null, socket))
      },
    })
    const door = { dispatcher, headers: async () => ({ host: 'localhost' }) }
    const access = { prometheus: {}, alertmanager: {}, doors: { shop: door } }
    const [check] = checksOf(['http://lab.kubernetes/services/shop', 'http://lab.kubernetes/services/shop'], access)
    expect(await check?.look()).toMatchObject({ probe: 'shop /health', state: 'good' })
    expect(asked).toEqual(['localhost /services/shop/health'])
    await dispatcher.close()
  })
})
