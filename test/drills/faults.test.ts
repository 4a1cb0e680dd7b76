import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultTarget } from '../../bench/faults/fault-target.ts'
import { killInject, killRun } from '../../bench/faults/kill-cli.ts'
import { killHolder } from '../../bench/faults/kill-holder.ts'
import { LinkTarget } from '../../bench/faults/link-target.ts'
import type { FaultView, LiftView } from '../../src/api/contract.ts'
import { seededRandom } from '../../src/base/random.ts'
import { identify, isHalted } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { askMonitoring, FiredrillFolder, pidsOf, replicaOf } from '../e2e/firedrill.ts'

/** `bench/faults/faults.ts` does each of these a hundred times. */
const ROUNDS = 5

let folder: FiredrillFolder
beforeAll(async () => {
  folder = await FiredrillFolder.create()
  await folder.up()
})
afterAll(() => folder.remove())

const active = async () => (await folder.json<{ faults: FaultView[] }>(['fault', 'active'])).faults

/** Resolves once the query has that one value. */
async function prometheusSays(query: string, wanted: string): Promise<void> {
  const stack = await folder.stack()
  await waitUntil(
    async () => {
      const { data } = await askMonitoring<{ data: { result: { value: [number, string] }[] } }>(
        stack,
        'prometheus',
        `/api/v1/query?query=${encodeURIComponent(query)}`,
      )
      const seen = data.result[0]?.value[1]
      return seen === wanted ? done(undefined) : notYet(`it is ${seen}`)
    },
    { what: `${query} to be ${wanted}`, timeoutMs: 10_000, intervalMs: 100 },
  )
}

/** What Alertmanager notifies people of: neither what is held back, nor that this machine is busy with tests. */
async function notified(): Promise<string[]> {
  const alerts = await askMonitoring<{ labels: { alertname: string; severity: string; service: string } }[]>(
    await folder.stack(),
    'alertmanager',
    '/api/v2/alerts?active=true&inhibited=false&silenced=false',
  )
  return alerts
    .filter(({ labels }) => labels.severity !== 'none' && labels.service !== 'host')
    .map(({ labels }) => `${labels.alertname} ${labels.service}`)
}

describe('firedrill fault', () => {
  it('injects a fault that users feel, shows it everywhere, and ends it', async () => {
    const { url } = replicaOf(await folder.stack(), 'store-1')
    const args = [
      'fault',
      'inject',
      'latency',
      '--target',
      'store',
      '--param',
      'delay=300ms',
      '--for',
      '1m',
      '--seed',
      '7',
    ]
    const fault = await folder.json<FaultView>(args)
    expect(fault).toMatchObject({ replica: 'store-1', seed: 7, landing: { landed: true } })
    const startedMs = performance.now()
    await (await fetch(`${url}/items`)).text()
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(299)
    expect((await active()).map(({ id }) => id)).toEqual([fault.id])

    const query = 'firedrill_fault_active{fault="latency",service="store",replica="store-1"}'
    const becomes = (wanted: string) => prometheusSays(query, wanted)
    await becomes('1')
    const { lifted } = await folder.json<{ lifted: LiftView[] }>(['fault', 'clear', fault.id.slice(0, 8)])
    expect(lifted).toMatchObject([{ id: fault.id, changed: true }])
    expect(await active()).toEqual([])
    await becomes('0')
  })

  it('harms the way to a store, so that what needs it is slower, and only that long', async () => {
    const { url } = replicaOf(await folder.stack(), 'store-1')
    const tookMs = async () => {
      const startedMs = performance.now()
      expect((await fetch(`${url}/transactions`)).status).toBe(200)
      return performance.now() - startedMs
    }
    const args = ['fault', 'inject', 'network-latency', '--target', 'postgres', '--param', 'delay=250ms', '--for', '1m']
    const fault = await folder.json<FaultView>(args)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: expect.stringMatching(/\d connections to postgres came/),
    })
    expect(await tookMs()).toBeGreaterThanOrEqual(249)
    const { lifted } = await folder.json<{ lifted: LiftView[] }>(['fault', 'clear', fault.id])
    expect(lifted).toMatchObject([{ changed: true, detail: 'the link to postgres is unharmed again' }])
    // One of them may be late for another reason.
    await waitUntil(async () => ((await tookMs()) < 249 ? done(undefined) : notYet('it is slow')), {
      what: 'requests to be as fast as before',
      timeoutMs: 20_000,
      intervalMs: 50,
    })
  })

  it('keeps faults of every kind side by side, in the table and in Prometheus, and clears them the last first', async () => {
    const wanted = [
      ['error', 'store', 'share=10%'],
      ['cpu', 'worker', 'duty=20%'],
      ['network-slicer', 'redis', 'size=8B'],
      // What the responder would not repair meanwhile.
      ['pause', 'node-exporter'],
    ]
    for (const [fault = '', target = '', ...params] of wanted) {
      const args = ['inject', fault, '--target', target, '--for', '1m', ...params.flatMap((one) => ['--param', one])]
      const { exitCode, all } = await folder.run(['fault', ...args])
      expect(exitCode, all).toBe(0)
      expect(all).toContain(`landed  ${fault} ${target}-1`)
    }
    const table = (await folder.run(['fault', 'active'])).stdout
    expect(table).toMatch(/error +store-1 +[345]\d.*yes.*share=10%[\s\S]*pause +node-exporter-1 /)
    await prometheusSays('sum(firedrill_fault_active)', '4')
    const { lifted } = await folder.json<{ lifted: LiftView[] }>(['fault', 'clear'])
    expect(lifted.map(({ fault }) => fault)).toEqual(['pause', 'network-slicer', 'cpu', 'error'])
    expect(lifted.every(({ changed }) => changed)).toBe(true)
    await prometheusSays('sum(firedrill_fault_active)', '0')
  })

  it('pages that the proxy hangs, and for nothing that follows from it', async () => {
    await folder.json(['fault', 'inject', 'pause', '--target', 'proxy', '--for', '1m'])
    await waitUntil(
      async () => {
        const names = await notified()
        return names.includes('ProxyDown proxy') ? done(undefined) : notYet(names.join(', '))
      },
      { what: 'ProxyDown', timeoutMs: 15_000, intervalMs: 50 },
    )
    // As long again: anything that follows would have come by then.
    await prometheusSays('max_over_time(up{service="proxy"}[5s])', '0')
    expect(await notified()).toEqual(['ProxyDown proxy'])
    await folder.run(['fault', 'clear'])
    await prometheusSays('up{service="proxy"}', '1')
  })

  it('ends the fault on Ctrl-C when it waits for it', async () => {
    const { exitCode, printed } = await folder.runUntil(
      ['fault', 'inject', 'pause', '--target', 'postgres', '--wait', '--for', '1m'],
      'landed',
      (kill) => kill('SIGINT'),
    )
    expect(exitCode).toBe(5)
    expect(printed).toContain('undone  pause postgres-1: resumed postgres-1')
    expect(await active()).toEqual([])
  })

  it.each([
    [['inject', 'latancy', '--target', 'store'], 'did you mean latency?'],
    [['inject', 'latency', '--target', 'store', '--param', 'delay=2h'], 'from 1ms to 1m'],
    [['inject', 'latency', '--target', 'redis'], 'one of quotes, store, worker'],
    [['inject', 'bad-config', '--target', 'store'], "about the rules of the stack's own Prometheus"],
    [['inject', 'error', '--target', 'store', '--param', 'route=/nowhere'], 'GET /items'],
  ])('refuses %j with what would be right', async (args, text) => {
    const { exitCode, all } = await folder.run(['fault', ...args])
    expect(exitCode).toBe(2)
    expect(all).toContain(text)
    expect(await active()).toEqual([])
  })

  it.each([
    ['fault inject', killInject, ['pause', 'stop', 'network-latency', 'latency', 'event-loop-block']],
    ['run', killRun, ['pause', 'latency']],
  ] as const)('are undone by control when firedrill %s is killed at any moment', async (_, kill, faults) => {
    const random = seededRandom(3)
    for (const fault of faults) {
      const target = fault.startsWith('network') ? 'postgres' : 'store'
      await kill({ folder: folder.path, fault, target, forMs: 2_000, random })
      await waitUntil(
        async () => {
          const stack = await folder.stack()
          const store = replicaOf(stack, 'store-1')
          if (stack.faults.length > 0) return notYet(`${stack.faults.length} active`)
          if (store.pid === undefined || isHalted(store.pid)) return notYet(`store-1 is ${store.state}`)
          return store.state === 'healthy' ? done(undefined) : notYet(`store-1 is ${store.state}`)
        },
        { what: `the stack to be clean of ${fault}`, timeoutMs: 20_000, intervalMs: 50 },
      )
    }
  })

  it('goes for what a drill has changed as for its faults: control takes it back when firedrill run is killed', async () => {
    const file = join(folder.path, 'killed.yaml')
    const drill = {
      title: 'A drill whose end it does not live to see',
      why: 'The process that runs it is killed.',
      steadyState: [{ http: 'store', path: '/ready' }],
      load: 'none',
      method: [
        { at: '0s', action: 'scale', target: 'worker', to: 2 },
        { at: '0s', action: 'configure', target: 'store', settings: { MAX_REQUESTS: '500' } },
      ],
      expectations: [{ steady: true, within: '1m' }],
    }
    await writeFile(file, JSON.stringify(drill))
    const changed = async () => {
      const { services } = await folder.stack()
      const workers = services.find(({ name }) => name === 'worker')?.replicas.length
      return `${workers} workers, ${services.find(({ name }) => name === 'store')?.configured ?? 'as it was'}`
    }
    const becomes = (wanted: string) =>
      waitUntil(
        async () => {
          const seen = await changed()
          return seen === wanted ? done(undefined) : notYet(seen)
        },
        { what: wanted, timeoutMs: 30_000, intervalMs: 100 },
      )
    await folder.runUntil(['run', file], 'gate passed', async (kill) => {
      await becomes('2 workers, MAX_REQUESTS')
      kill('SIGKILL')
    })
    await becomes('1 workers, as it was')
  })

  it('leaves nothing behind when control is killed, frozen sessions of PostgreSQL included', async () => {
    const stack = await folder.stack()
    for (const [fault, target] of [
      ['latency', 'store'],
      ['disk-fill', 'quotes'],
      ['pause', 'worker'],
      ['pause', 'postgres'],
      // With what it leaves behind no Prometheus would start.
      ['bad-config', 'prometheus'],
    ] as const) {
      const { exitCode, all } = await folder.run(['fault', 'inject', fault, '--target', target, '--for', '1m'])
      expect(exitCode, all).toBe(0)
    }
    const pids = pidsOf(stack)
    process.kill(stack.pid, 'SIGKILL')
    await waitUntil(
      async () => {
        const left = pids.filter((pid) => identify(pid) !== undefined)
        return left.length === 0 ? done(undefined) : notYet(`still there: ${left.join(', ')}`)
      },
      { what: 'everything to be gone', timeoutMs: 20_000, intervalMs: 25 },
    )
    await folder.up()
    expect(await active()).toEqual([])
    expect((await folder.run(['status'])).exitCode).toBe(0)
  })
})

describe('a fault whose holder is killed at any moment', () => {
  it.each([
    ['a service', FaultTarget],
    ['the fault proxy', LinkTarget],
  ])('ends within its lease in %s', async (_, kind) => {
    const target = await kind.start()
    const random = seededRandom(11)
    try {
      for (let round = 0; round < ROUNDS; round++)
        expect((await killHolder(target, random)).cleanAfterMs).toBeLessThanOrEqual(4_100)
    } finally {
      await target.stop()
    }
  })
})
