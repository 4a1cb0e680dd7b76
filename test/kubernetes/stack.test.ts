import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageOf } from '../../src/base/errors.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { StackInPods } from './stack-in-pods.ts'
import { testCluster } from './test-cluster.ts'

/** Generous: machines of continuous integration are slow, and production scrapes exporters every 30 s. */
const SOON = { timeoutMs: 300_000, intervalMs: 1_000 }
const BOUND = { timeout: 400_000 }

interface Incident {
  alertname: string
  labels: Record<string, string>
  actions: { action: string; target: string; ok?: boolean }[]
}

let stack: StackInPods
let enforcing: { end(): Promise<void> }
beforeAll(async () => {
  enforcing = await testCluster().enforcePolicies()
  stack = await StackInPods.start(testCluster())
}, 900_000)
afterAll(async () => {
  await stack?.remove()
  await enforcing?.end()
})

describe('the stack in pods, on a network that lets through what its policies allow', () => {
  it('is scraped and probed, each replica as the pod that it is', BOUND, async () => {
    const scraped = [
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
    ]
    await until('every target to be up, and no other', async () => {
      const up = await stack.query('up{service!=""}')
      const probed = await stack.query('probe_success{probed="store"}')
      const down = [...up, ...probed].filter(({ value }) => value === 0).map(({ metric }) => metric.instance)
      if (down.length > 0) return `down: ${down.join(', ')}`
      const services = [...new Set(up.map(({ metric }) => metric.service))]
      const pods = await stack.pods('store')
      const expected = pods.map(({ metadata }) => metadata.name).sort()
      const instances = [up.filter(({ metric }) => metric.service === 'store'), probed].map((samples) =>
        samples.map(({ metric }) => metric.instance).sort(),
      )
      const seen = JSON.stringify([services.sort(), ...instances])
      return seen === JSON.stringify([scraped, expected, expected]) ? undefined : seen
    })
  })

  it('does its work: items are read, and the worker books', BOUND, async () => {
    const [store] = await stack.pods('store')
    const from = store?.metadata.name ?? ''
    await until('items and rows', async () => {
      await stack.ask('http://localhost:8000/items', { from })
      const [rows] = await stack.query('sum(worker_rows_total)')
      return (rows?.value ?? 0) > 0 ? undefined : 'no row'
    })
  })

  it('connects to nothing else: the responder reaches no store, and the store no Prometheus', BOUND, async () => {
    const [store] = await stack.pods('store')
    await expect(stack.ask('http://store:8000/health')).rejects.toThrow(/timeout/i)
    const from = store?.metadata.name ?? ''
    await expect(stack.ask('http://prometheus:9090/-/healthy', { from })).rejects.toThrow(/timeout/i)
  })

  it('has a replica that hangs replaced by the responder, through the API server', BOUND, async () => {
    const [pod] = await stack.pods('quotes')
    const name = pod?.metadata.name ?? ''
    await stack.signal(name, 'STOP')
    await until(`another pod in the place of ${name}`, async () => {
      const pods = await stack.pods('quotes')
      const isReplaced = pods.length === 2 && pods.every(({ metadata }) => metadata.name !== name)
      return isReplaced ? undefined : pods.map(({ metadata }) => metadata.name).join(', ')
    })
    const { incidents } = await stack.ask<{ incidents: Incident[] }>('http://localhost:5001/incidents')
    const ours = incidents.filter(({ labels }) => labels.instance === name)
    expect(ours.map(({ alertname }) => alertname)).toContain('ServiceDown')
    expect(ours.flatMap(({ actions }) => actions)).toContainEqual(
      expect.objectContaining({ action: 'restart', target: name }),
    )
  })
})

/** Waits until nothing is missing any more; what fails is asked again. */
function until(what: string, missing: () => Promise<string | undefined>): Promise<void> {
  const look = async () => {
    const found = await missing().catch((error: unknown) => messageOf(error))
    return found === undefined ? done(undefined) : notYet(found)
  }
  return waitUntil(look, { what, ...SOON })
}
