import { defined } from '../base/defined.ts'
import { isObject } from '../base/is-object.ts'
import { probeErrors } from './errors.ts'
import { getJson, type ProbeAccess, type ProbeOptions, postJson } from './json.ts'
import type { Labels } from './prometheus.ts'
import { AlertsOfReplicas } from './replicas/alerts-of-replicas.ts'
import { Replicas } from './replicas/replicas.ts'

/**
 * The slice of Alertmanager that drills read. Every call throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER. The members of a cluster
 * share silences, not alerts: each is asked for those, and what several hold is one alert.
 */
export class Alertmanager {
  readonly #members: Replicas
  readonly #access: ProbeAccess
  readonly #alerts = new AlertsOfReplicas<HeldAlert>(joinHeld)

  constructor(baseUrl: string, access: ProbeAccess = {}) {
    this.#members = new Replicas([baseUrl, ...(access.replicas ?? [])])
    this.#access = access
  }

  /** Alerts that have not ended. */
  async alerts(options: ProbeOptions): Promise<HeldAlert[]> {
    const answers = await this.#members.each(async (url) => heldIn(listOf(await this.#ask(url, 'alerts', options))))
    return this.#alerts.merge(answers, Date.now())
  }

  /** What Alertmanager holds back, and by what. */
  async suppressed(options: ProbeOptions): Promise<SuppressedAlert[]> {
    const held = await this.alerts(options)
    return held.flatMap(({ labels, suppression }) => (suppression === undefined ? [] : [{ labels, ...suppression }]))
  }

  /** The silences that are in force. */
  async silences(options: ProbeOptions): Promise<Silence[]> {
    const answer = listOf<ApiSilence>(await this.#get('silences', options))
    return answer.flatMap(({ id, comment, createdBy, endsAt, status, matchers = [] }) =>
      status.state === 'active' ? [{ id, comment, createdBy, endsAtMs: Date.parse(endsAt), matchers }] : [],
    )
  }

  /** Its version, and the configuration that is loaded, as YAML with secrets left out; `undefined` where it is not shown. */
  async status(options: ProbeOptions): Promise<{ version: string; config: string | undefined }> {
    type Status = { config?: { original?: string }; versionInfo?: { version?: string } }
    const status = await this.#get('status', options)
    const { config, versionInfo } = (isObject(status) ? status : {}) as Status
    return { version: versionInfo?.version ?? '', config: config?.original }
  }

  /** Posts alerts as Prometheus does, to every member. This notifies people. @throws FD_PROBE_UNREACHABLE, FD_PROBE_ANSWER */
  async post(alerts: readonly PostedAlert[], options: ProbeOptions): Promise<void> {
    const body = alerts.map(({ startsAtMs, endsAtMs, ...alert }) => ({
      ...alert,
      startsAt: new Date(startsAtMs).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
    }))
    const { authorization, headers, door } = this.#access
    await this.#members.each((url) =>
      postJson(new URL('api/v2/alerts', url), body, { ...options, authorization, headers, door }),
    )
  }

  #get(path: string, options: ProbeOptions): Promise<unknown> {
    return this.#members.first((url) => this.#ask(url, path, options))
  }

  #ask(baseUrl: string, path: string, options: ProbeOptions): Promise<unknown> {
    const { authorization, headers, door } = this.#access
    return getJson(new URL(`api/v2/${path}`, baseUrl), { ...options, authorization, headers, door })
  }
}

function listOf<Entry = ApiAlert>(answer: unknown): Entry[] {
  if (Array.isArray(answer)) return answer as Entry[]
  throw probeErrors.error('FD_PROBE_ANSWER', { message: 'the answer is not a list' })
}

function heldIn(answer: readonly ApiAlert[]): HeldAlert[] {
  const byFingerprint = new Map(answer.map(({ fingerprint, labels }) => [fingerprint, labels]))
  return answer.map(({ labels, startsAt, updatedAt, status, receivers }) => {
    const { state, inhibitedBy = [], silencedBy = [], mutedBy = [] } = status
    const suppression = { inhibitedBy: inhibitedBy.map((id) => byFingerprint.get(id) ?? {}), silencedBy, mutedBy }
    return {
      labels,
      startsAtMs: Date.parse(startsAt),
      updatedAtMs: Date.parse(updatedAt),
      status: state,
      ...(state === 'suppressed' ? { suppression } : {}),
      ...defined({ receivers: receivers?.map(({ name }) => name) }),
    }
  })
}

/** The earliest moments of several members; where one notifies, people are notified. */
function joinHeld(alerts: readonly [HeldAlert, ...HeldAlert[]], before: HeldAlert | undefined): HeldAlert {
  const all = before === undefined ? alerts : [...alerts, before]
  const leading =
    alerts.find(({ status }) => status === 'active') ??
    alerts.find(({ status }) => status === 'unprocessed') ??
    alerts[0]
  return {
    ...leading,
    startsAtMs: Math.min(...all.map(({ startsAtMs }) => startsAtMs)),
    updatedAtMs: Math.min(...all.map(({ updatedAtMs }) => updatedAtMs)),
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
  /** What holds it back; missing while nothing does. */
  suppression?: Suppression
  /** Names of the receivers that its routes lead to, whether or not it is held back. */
  receivers?: readonly string[]
}

/** An alert that is posted; before its end it fires. */
export interface PostedAlert {
  labels: Labels
  annotations: Readonly<Record<string, string>>
  /** The same each time: with another one it would be another alert. */
  startsAtMs: number
  endsAtMs: number
}

/** What Alertmanager holds an alert back by. */
export interface Suppression {
  /** The labels of the alerts that inhibit it; empty ones of an alert that is gone already. */
  inhibitedBy: Labels[]
  /** Ids of silences. */
  silencedBy: string[]
  /** Names of time intervals. */
  mutedBy: string[]
}

/** An alert that fires and of which nobody is notified. */
export interface SuppressedAlert extends Suppression {
  labels: Labels
}

export interface Silence {
  id: string
  comment: string
  createdBy: string
  endsAtMs: number
  /** An alert that all of them match is silenced. */
  matchers: readonly SilenceMatcher[]
}

export interface SilenceMatcher {
  name: string
  value: string
  /** `value` is a regular expression, which matches whole values. */
  isRegex: boolean
  /** False: it matches what the value does not. Default: true. */
  isEqual?: boolean
}

interface ApiSilence {
  id: string
  comment: string
  createdBy: string
  endsAt: string
  status: { state: string }
  matchers?: SilenceMatcher[]
}

interface ApiAlert {
  labels: Labels
  fingerprint?: string
  receivers?: { name: string }[]
  startsAt: string
  updatedAt: string
  status: { state: HeldAlert['status']; inhibitedBy?: string[]; silencedBy?: string[]; mutedBy?: string[] }
}
