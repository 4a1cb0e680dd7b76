import { randomUUID } from 'node:crypto'
import { createClient } from '@redis/client'
import type { Logger } from 'pino'
import { backoffMs } from '../../../base/wait.ts'
import type { Metrics } from '../../../telemetry/metrics.ts'
import type { Counter } from '../../../telemetry/series.ts'
import { Deadlines } from '../../http/deadlines.ts'
import { Reachability } from '../../reachability.ts'
import { Breaker } from './breaker.ts'
import { SuspectKeys } from './suspect-keys.ts'

/**
 * A Redis cache that nothing depends on: no method throws, each takes 100 ms at most, and while Redis is away all are
 * skipped. It reconnects by itself. A change that did not reach Redis is remembered here, so that this replica
 * never serves the old value; other replicas may until its TTL or the reconnection, whichever comes first.
 */
export class Cache {
  readonly #client: Client
  readonly #name: string
  readonly #ttlMs: number
  readonly #hits: Counter
  readonly #misses: Counter
  readonly #errors: Counter
  readonly #breaker = new Breaker(() => performance.now())
  readonly #deadlines = new Deadlines(COMMAND_TIMEOUT_MS, () => new Error(`no answer in ${COMMAND_TIMEOUT_MS} ms`))
  readonly #suspects: SuspectKeys
  readonly #redis: Reachability
  /** Collected in this turn of the event loop, not sent yet. */
  #batch: Batch | undefined

  constructor({ url, name, ttlMs, metrics, logger }: CacheOptions) {
    this.#name = name
    this.#ttlMs = Math.max(1, Math.round(ttlMs))
    this.#hits = metrics.counter('redis_app_cache_hit_total', { cache: name })
    this.#misses = metrics.counter('redis_app_cache_miss_total', { cache: name })
    this.#errors = metrics.counter('redis_app_cache_errors_total', { cache: name })
    this.#suspects = new SuspectKeys(this.#ttlMs, () => performance.now())
    const texts = { lost: 'Redis does not answer; going on without the cache', back: 'Redis answers again' }
    this.#redis = new Reachability(logger, texts, () => {
      for (const key of this.#suspects.keys()) void this.invalidate(key)
    })
    const client = createClient({
      url,
      // Without it commands would queue up while Redis is away, and their requests with them.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => backoffMs(retries, RECONNECT, Math.random),
      },
    })
    client.on('error', (error: unknown) => this.#redis.failed(error))
    client.on('ready', () => {
      this.#breaker.succeeded()
      this.#redis.answered()
    })
    this.#client = client
    // Never rejects while it may reconnect; `close` makes it.
    client.connect().catch(() => undefined)
  }

  async get(key: string): Promise<Lookup> {
    if (this.#suspects.has(key) || !this.#mayAsk()) return this.#unavailable()
    this.#batch ??= this.#newBatch()
    const { keys, answers, send } = this.#batch
    const place = keys.push(this.#keyOf(key)) - 1
    if (keys.length === MAX_KEYS) send()
    const answer = this.#judge(await answers)?.[place]
    // A change may have failed to reach Redis while the answer was under way.
    if (answer === undefined || this.#suspects.has(key)) return this.#unavailable()
    if (answer === null || answer.startsWith(TOMBSTONE)) {
      this.#misses.inc()
      return { kind: 'miss', since: answer ?? '' }
    }
    this.#hits.inc()
    return { kind: 'hit', value: answer }
  }

  /** Keeps a value that was read from the database, unless the key was changed meanwhile. */
  async fill(key: string, value: string): Promise<void> {
    if (this.#suspects.has(key)) return
    const done = await this.#command(() => this.#client.set(this.#keyOf(key), value, { PX: this.#ttlMs, NX: true }))
    if (done === undefined) this.#errors.inc()
  }

  /** To be called after a change is committed and before it is acknowledged. */
  async invalidate(key: string): Promise<void> {
    const trustAgain = this.#suspects.add(key)
    const bury = async () => {
      await this.#client.set(this.#keyOf(key), TOMBSTONE + randomUUID(), { PX: TOMBSTONE_MS })
      // Also when it comes after we gave up waiting: Redis has executed it.
      trustAgain()
      return true
    }
    if ((await this.#command(bury)) === undefined) this.#errors.inc()
  }

  async isUp(): Promise<boolean> {
    return (await this.#command(() => this.#client.ping())) !== undefined
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy()
  }

  #keyOf(key: string): string {
    return `${this.#name}:${key}`
  }

  #unavailable(): Lookup {
    this.#errors.inc()
    return { kind: 'unavailable' }
  }

  /**
   * A command for each read would take a fifth of the whole request, most of it the client's own work; one for many that are
   * asked for in a turn of the event loop takes next to nothing, and nobody waits for it.
   */
  #newBatch(): Batch {
    const keys: string[] = []
    let resolve: (answers: Promise<(string | null)[] | undefined>) => void
    const answers = new Promise<(string | null)[] | undefined>((settle) => {
      resolve = settle
    })
    const send = () => {
      clearImmediate(endOfTurn)
      this.#batch = undefined
      resolve(this.#answerTo(() => this.#client.mGet(keys)))
    }
    const endOfTurn = setImmediate(send)
    return { keys, answers, send }
  }

  /** The command's answer; `undefined` when there was none. */
  async #command<T>(send: () => Promise<T>): Promise<T | undefined> {
    return this.#mayAsk() ? this.#judge(await this.#answerTo(send)) : undefined
  }

  #mayAsk(): boolean {
    return this.#client.isReady && this.#breaker.mayTry()
  }

  /** To be called once for each caller who was allowed to ask. */
  #judge<T>(answer: T | undefined): T | undefined {
    if (answer === undefined) this.#breaker.failed()
    else this.#breaker.succeeded()
    return answer
  }

  async #answerTo<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await this.#deadlines.limit(send())
      this.#redis.answered()
      return answer
    } catch (error) {
      this.#redis.failed(error)
      return undefined
    }
  }
}

/** Keys that one command asks for at most. A full one is sent one turn before what else its turn asks for. */
const MAX_KEYS = 32
/** A cache that is slower than the database is of no use. */
const COMMAND_TIMEOUT_MS = 100
const CONNECT_TIMEOUT_MS = 1_000
const RECONNECT = { firstMs: 50, maxMs: 1_000 }
/**
 * How long a changed key refuses to be filled. It must outlast a read that began before the change and fills after it:
 * at most 1 s for a connection, 2.5 s for the row and 0.1 s for the fill.
 */
const TOMBSTONE_MS = 5_000
const TOMBSTONE = 'changed '

export interface CacheOptions {
  /** redis://:password@host:port */
  url: string
  /** Prefix of its keys and the label `cache` of its metrics. */
  name: string
  ttlMs: number
  metrics: Metrics
  logger: Logger
}

/**
 * What a read found: a value, nothing, or no answer. Only `miss` may be filled. `since` names the last change that is
 * known of, '' for none: who missed since the same change may share one read of the database, because that read began
 * behind the change, and one that is older than the tombstone's time has ended.
 */
export type Lookup = { kind: 'hit'; value: string } | { kind: 'miss'; since: string } | { kind: 'unavailable' }

/** The slice of a Redis client that is used. */
interface Client {
  readonly isOpen: boolean
  readonly isReady: boolean
  connect(): Promise<unknown>
  destroy(): void
  mGet(keys: string[]): Promise<(string | null)[]>
  set(key: string, value: string, options: { PX: number; NX?: true }): Promise<unknown>
  ping(): Promise<string>
}

/** What one command asks for, and the answers in the same order; `undefined` when Redis did not answer. */
interface Batch {
  readonly keys: string[]
  readonly answers: Promise<(string | null)[] | undefined>
  /** Once, with all its keys. */
  readonly send: () => void
}
