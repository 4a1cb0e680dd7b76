import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultTarget } from '../../bench/fault-target.ts'
import type { FaultView, LiftView } from '../../src/api/contract.ts'
import { isHalted } from '../../src/base/process.ts'
import { seededRandom } from '../../src/base/random.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { FiredrillFolder, pidsOf, replicaOf, root } from './firedrill.ts'

/** `bench/faults.ts` does each of these a hundred times. */
const ROUNDS = 5

let folder: FiredrillFolder
beforeAll(async () => {
  folder = await FiredrillFolder.create()
  await folder.up()
})
afterAll(() => folder.remove())

const active = async () => (await folder.json<{ faults: FaultView[] }>(['fault', 'active'])).faults

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

    const prometheus = replicaOf(await folder.stack(), 'prometheus-1').url
    const value = async () => {
      const query = 'firedrill_fault_active{fault="latency",service="store",replica="store-1"}'
      const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`)
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return data.result[0]?.value[1]
    }
    const becomes = (wanted: string) =>
      waitUntil(
        async () => {
          const seen = await value()
          return seen === wanted ? done(undefined) : notYet(`it is ${seen}`)
        },
        { what: `Prometheus to see ${wanted}`, timeoutMs: 10_000, intervalMs: 100 },
      )
    await becomes('1')
    const { lifted } = await folder.json<{ lifted: LiftView[] }>(['fault', 'clear', fault.id.slice(0, 8)])
    expect(lifted).toMatchObject([{ id: fault.id, changed: true }])
    expect(await active()).toEqual([])
    await becomes('0')
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
    [['inject', 'error', '--target', 'store', '--param', 'route=/nowhere'], 'GET /items'],
  ])('refuses %j with what would be right', async (args, text) => {
    const { exitCode, all } = await folder.run(['fault', ...args])
    expect(exitCode).toBe(2)
    expect(all).toContain(text)
    expect(await active()).toEqual([])
  })

  it('is undone by control when the command line is killed at any moment', async () => {
    const random = seededRandom(3)
    for (let round = 0; round < ROUNDS; round++) {
      const fault = ['pause', 'stop', 'kill', 'latency', 'event-loop-block'][round] ?? 'pause'
      const args = ['fault', 'inject', fault, '--target', 'store', '--for', '2s', '--wait', '--state', folder.path]
      const cli = spawn(process.execPath, [join(root, 'bin', 'firedrill.js'), ...args], { stdio: 'ignore' })
      const exited = once(cli, 'exit')
      await sleep(random() * 1_500)
      cli.kill('SIGKILL')
      await exited
      await waitUntil(
        async () => {
          const stack = await folder.stack()
          const store = replicaOf(stack, 'store-1')
          if (stack.faults.length > 0) return notYet(`${stack.faults.length} active`)
          if (store.pid === undefined || isHalted(store.pid)) return notYet(`store-1 is ${store.state}`)
          return store.state === 'healthy' ? done(undefined) : notYet(`store-1 is ${store.state}`)
        },
        { what: `the stack to be clean of ${fault}`, timeoutMs: 6_000, intervalMs: 50 },
      )
    }
  })

  it('leaves nothing behind when control is killed, frozen sessions of PostgreSQL included', async () => {
    const stack = await folder.stack()
    for (const [fault, target] of [
      ['latency', 'store'],
      ['disk-fill', 'quotes'],
      ['pause', 'worker'],
      ['pause', 'postgres'],
    ] as const) {
      const { exitCode, all } = await folder.run(['fault', 'inject', fault, '--target', target, '--for', '1m'])
      expect(exitCode, all).toBe(0)
    }
    const pids = pidsOf(stack)
    process.kill(stack.pid, 'SIGKILL')
    await waitUntil(
      async () => {
        const left = pids.filter((pid) => {
          try {
            return process.kill(pid, 0)
          } catch {
            return false
          }
        })
        return left.length === 0 ? done(undefined) : notYet(`still there: ${left.join(', ')}`)
      },
      { what: 'everything to be gone', timeoutMs: 4_000, intervalMs: 25 },
    )
    await folder.up()
    expect(await active()).toEqual([])
    expect((await folder.run(['status'])).exitCode).toBe(0)
  })
})

describe('a fault inside a service', () => {
  it('ends within its lease when whoever holds it is killed at any moment', async () => {
    const target = await FaultTarget.start()
    const random = seededRandom(11)
    try {
      for (let round = 0; round < ROUNDS; round++)
        expect((await target.round(random)).cleanAfterMs).toBeLessThanOrEqual(4_100)
    } finally {
      await target.stop()
    }
  })
})
