import type { ClientResult } from '../../load/figures/client-counts.ts'
import { catalog } from '../../telemetry/catalog/catalog.ts'
import { renderLabels } from '../../telemetry/series.ts'

/** The counters of what the users of services see. */

const METRIC = 'firedrill_client_requests_total'
/** Beyond that many series endpoints are counted together: names made of ids would fill Prometheus and say nothing. */
const MAX_SERIES = 1_000
const OTHERS = '(other endpoints)'
/**
 * Scrapes for which a new counter is 0. The value with which Prometheus first sees a counter is counted by no rule, and a rule sees
 * the counters once in two scrapes.
 */
const ZEROS = 3
/** The results that exist at 0: of each service always, and of an endpoint from its first request on. */
const FROM_THE_START = ['good', 'error', 'wrong', 'unanswered'] as const

interface Series {
  service: string
  endpoint: string
  result: ClientResult
}

interface Count {
  value: number
  /** Of the monotonic clock, in milliseconds: when it was first counted. */
  sinceMs: number
}

/** Requests by service, endpoint and result, as their clients saw them, for Prometheus. */
export class ClientCounters {
  readonly #scrapeMs: number
  readonly #nowMs: () => number
  readonly #counts = new Map<string, Count>()

  /** `scrapeMs`: how often Prometheus scrapes them. */
  constructor({ scrapeMs, nowMs = () => performance.now() }: { scrapeMs: number; nowMs?: () => number }) {
    this.#scrapeMs = scrapeMs
    this.#nowMs = nowMs
  }

  add(series: Series, count: number): void {
    const labels = renderLabels({ ...series })
    const known = this.#counts.get(labels)
    if (known !== undefined) known.value += count
    else if (this.#counts.size >= MAX_SERIES && series.endpoint !== OTHERS)
      this.add({ ...series, endpoint: OTHERS }, count)
    else this.#begin(series).value += count
  }

  /** In the Prometheus text format. A service without a call yet has its zeros: without a call nothing is missing. */
  render(services: readonly string[]): string {
    const { help, type } = catalog[METRIC]
    const zeros = services.flatMap((service) =>
      FROM_THE_START.map((result) => `${METRIC}{${renderLabels({ service, result })}} 0\n`),
    )
    const lines = [...this.#counts].map(([labels, count]) => {
      const value = this.#nowMs() - count.sinceMs > ZEROS * this.#scrapeMs ? count.value : 0
      return `${METRIC}{${labels}} ${value}\n`
    })
    return `# HELP ${METRIC} ${help}\n# TYPE ${METRIC} ${type}\n${zeros.join('')}${lines.join('')}`
  }

  /** A new series at 0, and those of the same endpoint that exist from the start. */
  #begin(series: Series): Count {
    const sinceMs = this.#nowMs()
    for (const result of FROM_THE_START) {
      const labels = renderLabels({ ...series, result })
      if (!this.#counts.has(labels)) this.#counts.set(labels, { value: 0, sinceMs })
    }
    const labels = renderLabels({ ...series })
    const count = this.#counts.get(labels) ?? { value: 0, sinceMs }
    this.#counts.set(labels, count)
    return count
  }
}
