import { FiredrillError, messageOf } from '../../base/errors.ts'
import { retryFor, sleep } from '../../base/wait.ts'
import { loadErrors } from '../errors.ts'
import type { PackedJourney } from '../journey/packed-journey.ts'
import type { Share } from '../plan.ts'
import type { Shard, ShardEvent } from '../shard/shard.ts'
import { LOST_MS, type NumberedEvent, type PreparedLoad } from './protocol.ts'
import { thisCoordinator, type WorkerLink } from './worker-link.ts'

/** The shards of one worker: each stands for a thread there, and reports what that reports. */
export class WorkerShards {
  readonly link: WorkerLink
  readonly #packed: PackedJourney
  readonly #threads: Thread[] = []
  #isStarted = false
  #isStopped = false
  /** By how much the worker got its order to start too late. */
  lateMs = 0
  /** Why the worker is lost; `undefined` while it is not. */
  lost: string | undefined

  constructor(link: WorkerLink, packed: PackedJourney) {
    this.link = link
    this.#packed = packed
  }

  /** Adds the shard of the next thread; with the last one the worker prepares its load. `startAtMs`: by our clock, once it is known. */
  add({ share, options }: ShardOfWorker, onEvent: (event: ShardEvent) => void, startAtMs: () => number): Shard {
    const [ready, done] = [settled(), settled()]
    this.#threads.push({ share, ready, done, onEvent, isOver: false })
    if (this.#threads.length === this.link.description.threads) void this.#carry(options)
    const stop = () => void this.#stop()
    return {
      ready: ready.promise,
      done: done.promise,
      start: () => void this.#start(startAtMs()),
      stop,
      terminate: stop,
    }
  }

  async #carry(options: PreparedLoad['options']): Promise<void> {
    const shares = this.#threads.map(({ share }) => share)
    const load = { coordinator: thisCoordinator(), journey: this.#packed, shares, options }
    try {
      await this.link.call({ kind: 'prepare', load })
      await this.#follow()
    } catch (error) {
      this.#lose(error)
    }
  }

  /** Takes what the worker reports until all its threads are over. @throws when it is lost */
  async #follow(): Promise<void> {
    let after = 0
    let answeredMs = performance.now()
    while (this.#threads.some(({ isOver }) => !isOver)) {
      try {
        const { events, hasMore } = await this.link.call({ kind: 'poll', after })
        answeredMs = performance.now()
        for (const event of events) this.#take(event)
        after = events.at(-1)?.number ?? after
        if (hasMore) continue
      } catch (error) {
        if (!isSilence(error) || performance.now() - answeredMs > LOST_MS) throw error
      }
      await sleep(this.#isStopped ? STOPPING_POLL_MS : POLL_MS)
    }
  }

  #take({ number: _, thread: index, ...event }: NumberedEvent): void {
    const thread = this.#threads[index]
    if (thread === undefined || thread.isOver) return
    if (event.kind === 'ready') {
      thread.ready.resolve()
      return
    }
    if (event.kind === 'done') {
      this.#end(thread)
      return
    }
    if (event.kind !== 'broken') {
      thread.onEvent(event)
      return
    }
    const { code, message, ...details } = event.error
    this.#end(thread, new FiredrillError(code, { ...details, message: `worker ${this.link.name}: ${message}` }))
  }

  #end(thread: Thread, error?: FiredrillError): void {
    thread.isOver = true
    if (error === undefined) thread.done.resolve()
    else for (const waiting of [thread.ready, thread.done]) waiting.reject(error)
  }

  /** Before the start it is an error of the run; after it, the run goes on record with what has been measured. */
  #lose(cause: unknown): void {
    const error =
      cause instanceof FiredrillError
        ? cause
        : loadErrors.error('FD_LOAD_WORKER_LOST', { message: `worker ${this.link.name}: ${messageOf(cause)}`, cause })
    if (this.#isStarted) this.lost ??= error.message.replace(`worker ${this.link.name}: `, '')
    for (const thread of this.#threads) {
      if (thread.isOver) continue
      if (this.#isStarted) thread.onEvent({ kind: 'lost' })
      this.#end(thread, this.#isStarted ? undefined : error)
    }
  }

  async #start(atMs: number): Promise<void> {
    if (this.#isStarted) return
    this.#isStarted = true
    const offsetMs = this.link.clock.reading?.offsetMs ?? 0
    try {
      const { lateMs } = await this.#again(() => this.link.call({ kind: 'start', atMs: atMs + offsetMs }))
      this.lateMs = lateMs
    } catch (error) {
      this.#lose(error)
    }
  }

  async #stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    // Where that fails, the worker is lost, and its lease ends.
    await this.#again(() => this.link.call({ kind: 'stop' })).catch(() => undefined)
  }

  /** An order may be repeated: it says what must be, not what must change. */
  #again<T>(order: () => Promise<T>): Promise<T> {
    const retries = (error: unknown) => isSilence(error) && this.lost === undefined
    return retryFor(order, { timeoutMs: LOST_MS, intervalMs: STOPPING_POLL_MS, retries })
  }
}

export interface ShardOfWorker {
  share: Share
  options: PreparedLoad['options']
}

interface Thread {
  share: Share
  ready: Settled
  done: Settled
  onEvent: (event: ShardEvent) => void
  isOver: boolean
}

/** Workers report once a second. */
const POLL_MS = 250
/** The run waits for the last reports. */
const STOPPING_POLL_MS = 50

/** A promise that is settled from outside. */
interface Settled {
  promise: Promise<void>
  resolve(): void
  reject(error: unknown): void
}

/** A rejection counts only for who looks at it: a shard that is not ready is not done, either. */
function settled(): Settled {
  let [resolve, reject]: [Settled['resolve'], Settled['reject']] = [() => undefined, () => undefined]
  const promise = new Promise<void>((resolveIt, rejectIt) => {
    resolve = resolveIt
    reject = rejectIt
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}

/** Whether a worker did not answer in time, which may pass. */
function isSilence(error: unknown): boolean {
  return error instanceof FiredrillError && error.code === 'FD_LOAD_WORKER_UNREACHABLE'
}
