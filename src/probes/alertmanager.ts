import { getJson, type ProbeOptions } from './json.ts'
import type { Labels } from './prometheus.ts'

/** An alert as Alertmanager holds it. Times are epoch milliseconds. */
export interface HeldAlert {
  labels: Labels
  /** When the rule fired, as Prometheus said. */
  startsAtMs: number
  /** When Alertmanager last took this alert from Prometheus. */
  updatedAtMs: number
  status: 'active' | 'suppressed' | 'unprocessed'
}

interface ApiAlert {
  labels: Labels
  startsAt: string
  updatedAt: string
  status: { state: HeldAlert['status'] }
}

/** The slice of Alertmanager that drills read. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER. */
export class Alertmanager {
  readonly #base: string

  constructor(baseUrl: string) {
    this.#base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
  }

  /** Alerts that have not ended. */
  async alerts(options: ProbeOptions): Promise<HeldAlert[]> {
    const answer = (await getJson(new URL('api/v2/alerts', this.#base), options)) as ApiAlert[]
    return answer.map(({ labels, startsAt, updatedAt, status }) => ({
      labels,
      startsAtMs: Date.parse(startsAt),
      updatedAtMs: Date.parse(updatedAt),
      status: status.state,
    }))
  }
}
