import { FiredrillError, messageOf } from '../../base/errors.ts'
import { loadErrors } from '../errors.ts'
import type { UnpackedJourney } from '../journey/packed-journey.ts'
import type { Shard, ShardEvent } from '../shard/shard.ts'
import type { ThreadOptions } from '../shard/thread-shard.ts'
import { clockMs, type NumberedEvent, type PreparedLoad, type WorkerAnswers, type WorkerEvent } from './protocol.ts'

/** What a worker carries of one load: its threads, and what they have reported that has not arrived yet. */
export class WorkerLoad {
  /** Resolves when all threads have ended, well or not, and the journey's files are removed. */
  readonly over: Promise<void>
  readonly #shards: readonly Shard[]
  readonly #graceMs: number
  readonly #folder: string
  readonly #mostWaitingBytes: number
  #waiting: { event: NumberedEvent; bytes: number }[] = []
  #waitingBytes = 0
  #number = 0
  #isOver = false
  #startTimer: NodeJS.Timeout | undefined
  #lateMs: number | undefined
  #endTimer: NodeJS.Timeout | undefined

  constructor(
    { shares, options }: PreparedLoad,
    { journey, startShard, mostWaitingBytes = MOST_WAITING_BYTES }: WorkerLoadOptions,
  ) {
    const { nameOrPath, folder, remove } = journey
    this.#graceMs = options.graceMs
    this.#folder = folder
    this.#mostWaitingBytes = mostWaitingBytes
    this.#shards = shares.map((share, thread) =>
      startShard({ ...options, share, journey: nameOrPath }, (event) => this.#push({ thread, ...event })),
    )
    const ends = this.#shards.map(async ({ ready, done }, thread) => {
      // What keeps it from being ready ends it, too.
      ready.then(
        () => this.#push({ thread, kind: 'ready' }),
        () => undefined,
      )
      await done.then(
        () => this.#push({ thread, kind: 'done' }),
        (error: unknown) => this.#push({ thread, kind: 'broken', error: this.#withoutFolder(error) }),
      )
    })
    this.over = Promise.all(ends).then(async () => {
      this.#isOver = true
      clearTimeout(this.#endTimer)
      // What cannot be removed is the system's to remove: it lies among its temporary files.
      await remove().catch(() => undefined)
    })
  }

  /** Starts all threads at a moment of this machine's clock. Returns by how much it had passed already: an order that comes twice counts once. */
  start(atMs: number): number {
    if (this.#lateMs !== undefined) return this.#lateMs
    const inMs = atMs - clockMs()
    this.#lateMs = Math.max(0, -inMs)
    this.#startTimer = setTimeout(() => this.#each('start'), Math.max(0, inMs))
    return this.#lateMs
  }

  stop(): void {
    clearTimeout(this.#startTimer)
    this.#each('stop')
  }

  /** Stops, and ends within a bound what does not stop. Safe to call twice. */
  end(): void {
    if (this.#isOver) return
    this.stop()
    this.#endTimer ??= setTimeout(() => this.#each('terminate'), this.#graceMs + END_MS)
  }

  /** @throws FD_LOAD_WORKER_LOST when more has waited than can be kept: then it has ended too early */
  poll(after: number): WorkerAnswers['poll'] {
    if (this.#waitingBytes > this.#mostWaitingBytes) {
      throw loadErrors.error('FD_LOAD_WORKER_LOST', {
        message: 'it measured more than was fetched from it, and has ended',
      })
    }
    const kept = this.#waiting.findIndex(({ event }) => event.number > after)
    for (const { bytes } of this.#waiting.splice(0, kept < 0 ? this.#waiting.length : kept)) this.#waitingBytes -= bytes
    const events: NumberedEvent[] = []
    let answerBytes = 0
    for (const { event, bytes } of this.#waiting) {
      answerBytes += bytes
      if (events.length > 0 && answerBytes > ANSWER_BYTES) break
      events.push(event)
    }
    return { events, hasMore: events.length < this.#waiting.length }
  }

  #push(event: WorkerEvent): void {
    this.#number += 1
    const numbered = { number: this.#number, ...event }
    const bytes = JSON.stringify(numbered).length
    this.#waiting.push({ event: numbered, bytes })
    this.#waitingBytes += bytes
    // Nothing can be left out: the figures would be wrong, and nobody would see it.
    if (this.#waitingBytes > this.#mostWaitingBytes) this.end()
  }

  #each(order: 'start' | 'stop' | 'terminate'): void {
    for (const shard of this.#shards) shard[order]()
  }

  /** An error without the folder that the journey's files happen to lie in here. */
  #withoutFolder(error: unknown): ReturnType<FiredrillError['toJSON']> {
    const details =
      error instanceof FiredrillError
        ? error.toJSON()
        : loadErrors.error('FD_LOAD_THREAD', { message: messageOf(error) }).toJSON()
    if (this.#folder === '') return details
    const text = (value: string) => value.replaceAll(`${this.#folder}/`, '')
    return Object.fromEntries(
      Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? text(value) : value]),
    ) as typeof details
  }
}

export interface WorkerLoadOptions {
  journey: UnpackedJourney
  startShard: StartShard
  /** Of what is reported and not fetched. Default: 64 MiB. */
  mostWaitingBytes?: number
}

/** How a shard runs on the worker. */
export type StartShard = (options: ThreadOptions, onEvent: (event: ShardEvent) => void) => Shard

/** Beyond the grace of its users, until a thread is ended whatever its journey does. */
const END_MS = 5_000
/** Of the events of one answer. */
const ANSWER_BYTES = 4 * 1024 ** 2
const MOST_WAITING_BYTES = 64 * 1024 ** 2
