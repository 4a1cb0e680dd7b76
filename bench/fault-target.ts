import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { done, notYet, sleep, waitUntil } from '../src/base/wait.ts'
import { packageFolder } from '../src/cli/version.ts'
import { LEASE_MS } from '../src/faults/lease.ts'

const TOKEN = 'bench'
/** A holder takes up to a second to start; a fault is then there, or beginning, or not yet. */
const KILL_WITHIN_MS = 1_500
/** Beyond the lease, until the service must be as it was: what the issue allows. */
const SLACK_MS = 2_000

/** What is held, by whom it is held at random. */
const FAULTS: readonly (readonly [string, object])[] = [
  ['latency', { delay: '400ms', route: '/ready' }],
  ['error', { status: 503, route: '/ready' }],
  ['abort', { route: '/ready' }],
  ['slow-body', { route: '/ready', rate: '50B/s' }],
  ['wrong-content', { route: '/ready' }],
  ['not-ready', {}],
  ['cpu', { duty: '30%' }],
  ['memory', { size: '64MiB' }],
  ['event-loop-block', { block: '100ms', every: '300ms' }],
  ['disk-fill', { size: '16MiB' }],
  ['descriptors', {}],
]

/** A service that takes faults and outlives whoever injects them. */
export class FaultTarget {
  readonly #child: ChildProcess
  readonly url: string

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** Its few descriptors make them quick to take. */
  static async start(): Promise<FaultTarget> {
    const firedrill = join(packageFolder(), 'bin', 'firedrill.js')
    const child = spawn(
      '/bin/sh',
      ['-c', 'ulimit -n 400; exec "$@"', 'sh', process.execPath, firedrill, 'serve', 'worker'],
      {
        // A database that is not there: the service answers all the same, with 503 at /ready.
        env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: 'postgres://x@127.0.0.1:9/x', FAULTS_TOKEN: TOKEN },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, address } = JSON.parse(line) as { msg: string; address?: string }
      if (msg !== 'listening' || address === undefined) continue
      child.stdout.resume()
      return new FaultTarget(child, address)
    }
    throw new Error('the service ended before it listened')
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  /**
   * Lets a process hold a fault, kills it with -9 at a random moment, and waits until the service is as it was. Resolves with
   * how long that took after the kill, in milliseconds. @throws FD_WAIT_TIMEOUT when it is not in time
   */
  async round(random: () => number): Promise<{ fault: string; landed: boolean; cleanAfterMs: number }> {
    const [fault, params] = FAULTS[Math.floor(random() * FAULTS.length)] ?? ['latency', {}]
    const holder = spawn(
      process.execPath,
      [join(packageFolder(), 'dist', 'bench', 'fault-holder.js'), this.url, TOKEN, fault, JSON.stringify(params)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let landed = false
    holder.stdout.on('data', () => {
      landed = true
    })
    // Half of them at any moment from its start, half some time after the fault has landed.
    if (random() < 0.5) await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
    await sleep(random() * KILL_WITHIN_MS)
    if (holder.exitCode !== null) throw new Error(`the holder of ${fault} ended by itself`)
    const exited = once(holder, 'exit')
    holder.kill('SIGKILL')
    await exited
    const killedMs = performance.now()
    await waitUntil(
      async () => {
        const state = await this.#unclean()
        return state === undefined ? done(undefined) : notYet(state)
      },
      { what: `the service to be free of ${fault}`, timeoutMs: LEASE_MS + SLACK_MS, intervalMs: 25 },
    )
    return { fault, landed, cleanAfterMs: performance.now() - killedMs }
  }

  /** Why the service is not as it was; `undefined` when it is. */
  async #unclean(): Promise<string | undefined> {
    const authorization = `Bearer ${TOKEN}`
    const signal = AbortSignal.timeout(1_000)
    // A connection of its own each time: one that is kept open would not see that there are no descriptors.
    const get = (path: string) => fetch(this.url + path, { headers: { authorization, connection: 'close' }, signal })
    const { faults } = (await (await get('/faults')).json()) as { faults: { fault: string }[] }
    if (faults.length > 0) return `it holds ${faults.map((one) => one.fault).join(', ')}`
    const startedMs = performance.now()
    const ready = (await (await get('/ready')).json()) as { code?: string }
    if (ready.code !== 'FD_DATABASE_UNAVAILABLE') return `GET /ready says ${JSON.stringify(ready)}`
    const tookMs = performance.now() - startedMs
    return tookMs < 300 ? undefined : `GET /ready took ${Math.round(tookMs)} ms`
  }
}
