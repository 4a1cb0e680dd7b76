import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { StackInPods } from './stack-in-pods.ts'
import { testCluster } from './test-cluster.ts'

/** Generous: machines of continuous integration are slow. */
const SOON = { timeoutMs: 300_000, intervalMs: 1_000 }

interface Incident {
  alertname: string
  labels: Record<string, string>
  entries?: { kind: string; detail?: string; ok?: boolean }[]
}

let stack: StackInPods
beforeAll(async () => {
  stack = await StackInPods.start(testCluster())
}, 600_000)
afterAll(() => stack?.remove())

describe('the stack in pods', () => {
  it('is scraped and probed, each replica as the pod that it is', { timeout: 400_000 }, async () => {
    await waitUntil(
      async () => {
        const down = await stack.query('up == 0 or probe_success == 0')
        const store = await stack.query('up{service="store",kind="service"}')
        const probed = await stack.query('probe_success{probed="store"}')
        return down.length === 0 && store.length === 2 && probed.length === 2
          ? done(undefined)
          : notYet(`down: ${JSON.stringify(down.map(({ metric }) => metric))}; ${store.length} stores`)
      },
      { what: 'every target to be up', ...SOON },
    )
    const instances = (await stack.query('up{service="store"}')).map(({ metric }) => metric.instance)
    expect(instances.sort()).toEqual((await stack.pods('store')).map(({ metadata }) => metadata.name).sort())
    const services = new Set((await stack.query('up{service!=""}')).map(({ metric }) => metric.service))
    expect([...services].sort()).toEqual(
      [
        'alertmanager',
        'blackbox-exporter',
        'node-exporter',
        'postgres-exporter',
        'prometheus',
        'proxy',
        'quotes',
        'redis-exporter',
        'responder',
        'store',
        'worker',
      ].sort(),
    )
  })

  it('does its work: items are read, and the worker books', { timeout: 400_000 }, async () => {
    expect(await stack.ask('http://store:8000/items')).toBeDefined()
    await waitUntil(
      async () => {
        const [rows] = await stack.query('sum(worker_rows_total)')
        return (rows?.value ?? 0) > 0 ? done(undefined) : notYet('no row')
      },
      { what: 'the worker to book', ...SOON },
    )
  })

  it('has a replica that hangs replaced by the responder, through the API server', { timeout: 900_000 }, async () => {
    const [pod] = await stack.pods('quotes')
    const name = pod?.metadata.name ?? ''
    await stack.signal(name, 'STOP')
    await waitUntil(
      async () => {
        const pods = await stack.pods('quotes')
        return pods.every(({ metadata }) => metadata.name !== name) && pods.length === 2
          ? done(undefined)
          : notYet(pods.map(({ metadata }) => metadata.name).join(', '))
      },
      { what: `the responder to replace ${name}`, ...SOON },
    )
    await stack.namespace.untilRolledOut('deployment/quotes')
    const incident = await untilIncident(({ labels }) => labels.instance === name)
    expect(incident.alertname).toBe('ServiceDown')
  })
})

function untilIncident(isIt: (incident: Incident) => boolean): Promise<Incident> {
  return waitUntil(
    async () => {
      const { incidents } = await stack.ask<{ incidents: Incident[] }>('http://localhost:5001/incidents')
      const found = incidents.find(isIt)
      return found === undefined ? notYet(`${incidents.length} others`) : done(found)
    },
    { what: 'an incident', ...SOON },
  )
}
