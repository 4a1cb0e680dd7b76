import { FiredrillError } from '../../base/errors.ts'
import { SeveralErrors } from '../../base/several-errors.ts'
import { sleep } from '../../base/wait.ts'
import { type PackedJourney, packJourney } from '../journey/packed-journey.ts'
import type { WorkerFacts } from '../result/worker-tally.ts'
import type { Shard, ShardEvent } from '../shard/shard.ts'
import type { ThreadOptions } from '../shard/thread-shard.ts'
import type { Carrier } from './carrier.ts'
import { clockMs } from './protocol.ts'
import { WorkerLink } from './worker-link.ts'
import { WorkerShards } from './worker-shards.ts'

/** The workers of one load: they begin at one moment, and their shards are numbered through. */
export class WorkerGroup {
  readonly #workers: readonly WorkerShards[]
  /** The worker of each shard. */
  readonly #ofShard: readonly number[]
  #startAtMs: number | undefined

  private constructor(links: readonly WorkerLink[], packed: PackedJourney) {
    this.#workers = links.map((link) => new WorkerShards(link, packed))
    this.#ofShard = links.flatMap(({ description }, index) => Array.from({ length: description.threads }, () => index))
  }

  /**
   * Greets all workers, and packs the journey for them. The group owns the carriers from here on.
   * @throws the error of a worker, or FD_LOAD_WORKERS with those of several; FD_LOAD_JOURNEY
   */
  static async open(
    carriers: readonly Carrier[],
    { token, journey }: { token: string; journey: string },
  ): Promise<WorkerGroup> {
    const opened = await Promise.allSettled(carriers.map((carrier) => WorkerLink.open(carrier, token)))
    const links = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    const close = () => Promise.all(carriers.map((carrier) => carrier.close()))
    const errors = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    const [first] = errors
    if (first !== undefined) {
      await close()
      const known = errors.filter((error) => error instanceof FiredrillError)
      throw errors.length === 1 || known.length < errors.length ? first : new SeveralErrors('FD_LOAD_WORKERS', known)
    }
    try {
      return new WorkerGroup(links, await packJourney(journey))
    } catch (error) {
      await close()
      throw error
    }
  }

  /** Of all workers. */
  get threads(): number {
    return this.#ofShard.length
  }

  /** From the order to start until the start: enough for the order to reach every worker. In milliseconds. */
  get leadMs(): number {
    const errorsMs = this.#workers.map(({ link }) => link.clock.reading?.errorMs ?? 0)
    return LEAST_LEAD_MS + LEAD_EXCHANGES * 2 * Math.max(0, ...errorsMs)
  }

  /** Names of the machines of all workers. */
  get hosts(): string[] {
    return this.#workers.map(({ link }) => link.description.host)
  }

  workerOf(shard: number): number {
    return this.#ofShard[shard] ?? 0
  }

  /** What is known of each worker at this moment, in order. */
  facts(): WorkerFacts[] {
    return this.#workers.map(({ link, lateMs, lost }) => ({
      name: link.name,
      threads: link.description.threads,
      clock: link.clock.reading ?? null,
      startedLateMs: lateMs,
      lost: lost ?? null,
    }))
  }

  startShard({ share, journey: _, ...options }: ThreadOptions, onEvent: (event: ShardEvent) => void): Shard {
    const worker = this.#workers[this.workerOf(share.index)]
    if (worker === undefined) throw new Error('a shard has a worker')
    return worker.add({ share, options }, onEvent, () => {
      this.#startAtMs ??= clockMs() + this.leadMs
      return this.#startAtMs
    })
  }

  /** Releases every worker, within a bound: one that is lost ends by its lease. */
  async close(): Promise<void> {
    const bound = new AbortController()
    await Promise.race([
      Promise.all(this.#workers.map(({ link }) => link.close())),
      sleep(CLOSE_MS, bound.signal).catch(() => undefined),
    ])
    bound.abort()
  }
}

/** Shorter than anybody waits for, longer than a garbage collection. */
const LEAST_LEAD_MS = 500
/** How many exchanges with the slowest worker fit into the lead. */
const LEAD_EXCHANGES = 10
const CLOSE_MS = 5_000
