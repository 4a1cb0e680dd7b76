import { getJson, type ProbeAccess, type ProbeOptions, postJson } from './json.ts'
import type { Labels } from './prometheus.ts'

/** The slice of Alertmanager that drills read. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER. */
export class Alertmanager {
  readonly #base: string
  readonly #access: ProbeAccess

  constructor(baseUrl: string, access: ProbeAccess = {}) {
    this.#base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`
    this.#access = access
  }

  /** Alerts that have not ended. */
  async alerts(options: ProbeOptions): Promise<HeldAlert[]> {
    const answer = (await this.#get('alerts', options)) as ApiAlert[]
    return answer.map(({ labels, startsAt, updatedAt, status }) => ({
      labels,
      startsAtMs: Date.parse(startsAt),
      updatedAtMs: Date.parse(updatedAt),
      status: status.state,
    }))
  }

  /** What Alertmanager holds back, and by what. */
  async suppressed(options: ProbeOptions): Promise<SuppressedAlert[]> {
    const answer = (await this.#get('alerts', options)) as ApiAlert[]
    const byFingerprint = new Map(answer.map(({ fingerprint, labels }) => [fingerprint, labels]))
    return answer.flatMap(({ labels, status: { state, inhibitedBy = [], silencedBy = [], mutedBy = [] } }) =>
      state !== 'suppressed'
        ? []
        : [{ labels, inhibitedBy: inhibitedBy.map((id) => byFingerprint.get(id) ?? {}), silencedBy, mutedBy }],
    )
  }

  /** The silences that are in force. */
  async silences(options: ProbeOptions): Promise<Silence[]> {
    type ApiSilence = { id: string; comment: string; createdBy: string; endsAt: string; status: { state: string } }
    const answer = (await this.#get('silences', options)) as ApiSilence[]
    return answer.flatMap(({ id, comment, createdBy, endsAt, status }) =>
      status.state === 'active' ? [{ id, comment, createdBy, endsAtMs: Date.parse(endsAt) }] : [],
    )
  }

  /** Its version, and the configuration that is loaded, as YAML with secrets left out. */
  async status(options: ProbeOptions): Promise<{ version: string; config: string }> {
    type Status = { config: { original: string }; versionInfo: { version: string } }
    const { config, versionInfo } = (await this.#get('status', options)) as Status
    return { version: versionInfo.version, config: config.original }
  }

  /** Posts alerts as Prometheus does. This notifies people. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
  async post(alerts: readonly PostedAlert[], options: ProbeOptions): Promise<void> {
    const body = alerts.map(({ startsAtMs, endsAtMs, ...alert }) => ({
      ...alert,
      startsAt: new Date(startsAtMs).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
    }))
    await postJson(new URL('api/v2/alerts', this.#base), body, { ...options, ...this.#access })
  }

  #get(path: string, options: ProbeOptions): Promise<unknown> {
    return getJson(new URL(`api/v2/${path}`, this.#base), { ...options, ...this.#access })
  }
}

/** An alert as Alertmanager holds it. Times are epoch milliseconds. */
export interface HeldAlert {
  labels: Labels
  /** When the rule fired, as Prometheus said. */
  startsAtMs: number
  /** When Alertmanager last took this alert from Prometheus. */
  updatedAtMs: number
  status: 'active' | 'suppressed' | 'unprocessed'
}

/** An alert that is posted; before its end it fires. */
export interface PostedAlert {
  labels: Labels
  annotations: Readonly<Record<string, string>>
  /** The same each time: with another one it would be another alert. */
  startsAtMs: number
  endsAtMs: number
}

/** An alert that fires and of which nobody is notified. */
export interface SuppressedAlert {
  labels: Labels
  /** The labels of the alerts that inhibit it; empty ones of an alert that is gone already. */
  inhibitedBy: Labels[]
  /** Ids of silences. */
  silencedBy: string[]
  /** Names of time intervals. */
  mutedBy: string[]
}

export interface Silence {
  id: string
  comment: string
  createdBy: string
  endsAtMs: number
}

interface ApiAlert {
  labels: Labels
  fingerprint?: string
  startsAt: string
  updatedAt: string
  status: { state: HeldAlert['status']; inhibitedBy?: string[]; silencedBy?: string[]; mutedBy?: string[] }
}
