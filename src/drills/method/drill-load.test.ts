import { Agent } from 'undici'
import { describe, expect, it } from 'vitest'
import type { SystemDescription } from '../system.ts'
import { startDrillLoad } from './drill-load.ts'

describe('the load of a drill', () => {
  it('is not put on a service that is reached through the API server of a cluster alone', async () => {
    const replica = { id: 'store-1', state: 'healthy', sinceMs: 0, restarts: 0, address: { host: '', port: 0 } }
    const origin = 'http://lab.kubernetes/api/v1/namespaces/shop/services/http:store:http/proxy'
    const services = [
      { name: 'store', kind: 'service', summary: '', maxReplicas: 1, replicas: [{ ...replica, origin }] },
    ]
    const doors = { store: { dispatcher: new Agent(), headers: async () => ({}) } }
    const access = { prometheus: {}, alertmanager: {}, doors }
    const description = { services, access } as Pick<SystemDescription, 'services' | 'access'>
    const plan = { journey: 'browse', users: 1, spawnRate: 1 } as unknown as Parameters<typeof startDrillLoad>[0]
    await expect(startDrillLoad(plan, description, { seed: 1 })).rejects.toMatchObject({
      code: 'FD_DRILL_STACK',
      message: 'store has no URL of its own that load can be put on',
      details: { expected: 'urls: ["https://…"] of store in the description of the system' },
    })
  })
})
