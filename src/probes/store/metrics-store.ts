import { FiredrillError, messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { sleep } from '../../base/wait.ts'
import { probeErrors } from '../errors.ts'
import type { ProbeOptions, StoreAccess } from '../json.ts'
import { PrometheusServers } from '../replicas/prometheus-servers.ts'
import { type QueryData, seriesOf, windowOf } from '../sample-value.ts'
import { compareKept, type Kept } from './compare-kept.ts'

/**
 * A store that a Prometheus sends its samples to, by remote write, and that is asked for them in its place. Samples arrive there later:
 * until when all of them have, is found by comparing what both have of `up`.
 */
export class MetricsStore {
  readonly url: string
  readonly servers: PrometheusServers
  /** By how much it was behind Prometheus at most, of all looks. Milliseconds. */
  mostBehindMs = 0
  /** The same at the last look. */
  behindMs = 0
  readonly #prometheus: PrometheusServers
  #last: { atMs: number; look: Promise<StoreLook> } | undefined

  constructor(access: StoreAccess, prometheus: PrometheusServers) {
    this.url = access.url
    this.servers = new PrometheusServers([access.url], { ...access, wantsAll: true })
    this.#prometheus = prometheus
  }

  /**
   * Until when it is complete. Looks less than half a second apart are one.
   * @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER; FD_PROBE_BEHIND where it has nothing recent
   */
  look(options: ProbeOptions): Promise<StoreLook> {
    const nowMs = performance.now()
    if (this.#last === undefined || nowMs - this.#last.atMs > FRESH_MS) {
      // The signal is that of one caller, and others get the same answer.
      this.#last = { atMs: nowMs, look: this.#look({ timeoutMs: options.timeoutMs }) }
    }
    return this.#last.look
  }

  /** Waits until all samples of a moment have arrived. Resolves with why they have not, within the bound. Rejects when it is aborted. */
  async caughtUp(untilMs: number, { signal }: Pick<ProbeOptions, 'signal'>): Promise<string | undefined> {
    const sinceMs = performance.now()
    while (true) {
      const why = await this.look({ timeoutMs: LOOK_TIMEOUT_MS }).then(
        ({ completeUntilMs }) => (completeUntilMs >= untilMs ? undefined : this.behindText()),
        messageOf,
      )
      signal?.throwIfAborted()
      if (why === undefined || performance.now() - sinceMs > MOST_BEHIND_MS) return why
      await sleep(FRESH_MS / 2, signal)
    }
  }

  /** Why nothing can be judged by it at this look; undefined where it can. */
  whyUnfit({ foreign, behindMs }: StoreLook): string | undefined {
    if (foreign.length > 0) return `${this.#name} has samples of another Prometheus too: ${foreign.join(', ')}`
    return behindMs > MOST_BEHIND_MS ? this.behindText() : undefined
  }

  behindText(): string {
    return `${this.#name} is ${formatDuration(this.behindMs)} behind Prometheus`
  }

  /** Where samples are from, for a report. */
  note(): string {
    const late = `at most ${formatDuration(this.mostBehindMs)} behind Prometheus`
    return `samples were read from ${this.#name}, which was ${late}; alerts, rules and targets from Prometheus itself`
  }

  get #name(): string {
    return `the metrics store at ${this.url}`
  }

  async #look(options: ProbeOptions): Promise<StoreLook> {
    const atMs = Date.now()
    const window = (windowMs: number) => windowOf('up', { windowMs, atMs })
    const [own, kept] = await Promise.all([
      this.#prometheus.get<QueryData>('query', options, window(WINDOW_MS)),
      // Not every server counts the first moment of a window in.
      this.servers.get<QueryData>('query', options, window(WINDOW_MS + FRESH_MS)).catch((error: unknown) => {
        throw this.#named(error)
      }),
    ])
    const look = compareKept(seriesOf(own), seriesOf(kept), atMs)
    this.behindMs = look.behindMs
    this.mostBehindMs = Math.max(this.mostBehindMs, look.behindMs)
    const { completeUntilMs } = look
    if (completeUntilMs !== undefined) return { ...look, completeUntilMs }
    throw probeErrors.error('FD_PROBE_BEHIND', {
      message: `${this.#name} has nothing of the last ${formatDuration(WINDOW_MS)} that Prometheus has`,
      where: this.url,
      expected: 'what Prometheus sends by remote write',
    })
  }

  /** The same error, which says that it is of the store. */
  #named(error: unknown): unknown {
    if (!(error instanceof FiredrillError)) return error
    const message = `${this.#name}: ${error.message}`
    const { code, details } = error
    if (code !== 'FD_PROBE_ANSWER' && code !== 'FD_PROBE_UNREACHABLE') return error
    return probeErrors.error(code, { ...details, message })
  }
}

/** What a look has found, where there is something to judge by. */
export type StoreLook = Kept & { completeUntilMs: number }

/** A store that is behind by more leaves a drill blind. It is also how long is waited for it. Milliseconds. */
export const MOST_BEHIND_MS = 20_000

/** How far back samples are compared, and so how long one that never arrives counts. Milliseconds. */
export const WINDOW_MS = 60_000
const FRESH_MS = 500
const LOOK_TIMEOUT_MS = 2_000
