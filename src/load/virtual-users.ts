import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { seededRandom } from '../base/random.ts'
import { sleep } from '../base/wait.ts'
import { Caller } from './caller.ts'
import type { Journey } from './journeys.ts'
import { Recorder } from './recorder.ts'
import { type Saturation, SaturationWatch } from './saturation.ts'

/** Longest wait, in milliseconds, for requests under way and for the users' cleaning up when the load is stopped. */
const DRAIN_MS = 3_000

export interface LoadOptions {
  journey: Journey
  /** Where the journey's service listens, one origin a replica; users are spread over them. */
  origins: readonly [string, ...string[]]
  users: number
  /** Users started per second. */
  spawnRatePerSecond: number
  seed: number
  /** Bound of one request, in milliseconds. Default 5000. */
  timeoutMs?: number
  /** Aborting stops the load as `stop` does. */
  signal?: AbortSignal | undefined
}

export interface RunningLoad {
  readonly recorder: Recorder
  /** Resolves when all users run, or the load was stopped before. */
  readonly allRunning: Promise<void>
  /** Users that run now. */
  users(): number
  /** Since all users run. */
  saturation(): Saturation
  /** Lets every user finish its request and clean up, within bounds. Safe to call twice. */
  stop(): Promise<void>
}

/** Starts a closed-model load: each user sends its next request only after the answer to the last, and some thinking. */
export function startLoad(options: LoadOptions): RunningLoad {
  const { journey, origins, users, spawnRatePerSecond, seed, timeoutMs = 5_000 } = options
  const recorder = new Recorder()
  const saturation = new SaturationWatch()
  const callers = origins.map(
    (origin) => new Caller(origin, { connections: Math.ceil(users / origins.length), timeoutMs, recorder }),
  )
  const stopping = new AbortController()
  // Every thinking user listens.
  setMaxListeners(0, stopping.signal)
  // Not taken from the seed: two runs with one seed must not meet each other's leftovers.
  const run = randomBytes(5).toString('hex')
  const lives: Promise<void>[] = []
  let running = 0

  async function live(index: number, caller: Caller): Promise<void> {
    const random = seededRandom(seed + index)
    const life = journey.begin({ id: `${run}-${index}`, random, call: (call) => caller.call(call) })
    running += 1
    while (!stopping.signal.aborted) {
      await life.step()
      const { min, max } = journey.thinkMs
      await pause(min + random() * (max - min))
    }
    running -= 1
    await life.end()
  }

  const pause = (ms: number) => sleep(ms, stopping.signal).catch(() => undefined)

  async function spawn(): Promise<void> {
    const startedMs = performance.now()
    for (let index = 0; index < users && !stopping.signal.aborted; index += 1) {
      const dueMs = startedMs + (index / spawnRatePerSecond) * 1_000
      if (dueMs > performance.now()) await pause(dueMs - performance.now())
      const caller = callers[index % callers.length]
      if (caller !== undefined && !stopping.signal.aborted) lives.push(live(index, caller))
    }
    saturation.start()
  }

  const allRunning = spawn()
  let stopped: Promise<void> | undefined

  async function stopOnce(): Promise<void> {
    stopping.abort()
    saturation.stop()
    await allRunning
    const bound = new AbortController()
    await Promise.race([Promise.all(lives), sleep(DRAIN_MS, bound.signal).catch(() => undefined)])
    bound.abort()
    await Promise.all(callers.map((caller) => caller.close()))
    await Promise.all(lives)
  }
  const stop = () => {
    stopped ??= stopOnce()
    return stopped
  }

  if (options.signal?.aborted) void stop()
  else options.signal?.addEventListener('abort', () => void stop(), { once: true })
  return { recorder, allRunning, users: () => running, saturation: () => saturation.read(), stop }
}
