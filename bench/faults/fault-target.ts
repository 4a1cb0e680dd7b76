import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import type { HoldingTarget } from './kill-holder.ts'

const TOKEN = 'bench'
const FAULTS: HoldingTarget['faults'] = [
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

/** A service that takes faults and outlives the process that injects them. */
export class FaultTarget implements HoldingTarget {
  readonly token = TOKEN
  readonly service = 'worker'
  readonly faults = FAULTS
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

  /** Why the service is not as it was; `undefined` when it is. */
  async unclean(): Promise<string | undefined> {
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
