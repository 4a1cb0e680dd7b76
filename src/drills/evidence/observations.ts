import { defined } from '../../base/defined.ts'
import type { HeldAlert, Silence, Suppression } from '../../probes/alertmanager.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import type { ActiveAlert, AlertSeries, Labels, Series } from '../../probes/prometheus.ts'
import type { ReceivedAlert } from '../../probes/received-alert.ts'
import { pagesNobody } from './alert-labels.ts'
import { NOT_SHOWN } from './alerts/suppression.ts'
import { sameAs, sameLabels } from './same-alert.ts'
import type { SteadyRecord } from './steady-record.ts'

/** What a run has seen of metrics, alerts and incidents. */

/** One alert of the run, as rule evaluation saw it. */
export interface RuleAlert {
  labels: Labels
  activeAtMs: number
  /** When it was first seen firing; missing while it has only been pending. */
  firedAtMs?: number
  /** Prometheus sends it to no Alertmanager. */
  dropped?: true
  /** The last moment at which it was seen, pending or firing. */
  lastSeenAtMs: number
}

/** One alert of the run, as Alertmanager had it. */
export interface SeenHeldAlert extends Omit<HeldAlert, 'suppression'> {
  /** The first look at which it was not there any more, in epoch milliseconds. */
  endedAtMs?: number
  /** What held it back, at the first look and at each one at which that was another than before. */
  states: HeldState[]
}

export interface HeldState {
  /** The look that found it so, in epoch milliseconds. */
  fromMs: number
  /** What holds it back; missing: nothing does. */
  heldBack?: Suppression
}

/** The first sample that passed what was watched for. */
export interface MetricHit {
  atMs: number
  value: number
  labels: Labels
}

/** Something about the monitoring that changed in the middle of a run: what it decides, the run cannot judge. */
export interface MonitoringChange {
  /** The part of the monitoring: a drill that breaks it itself is not disturbed by it. */
  part: 'prometheus' | 'alertmanager'
  atMs: number
  /** The last look that found it as before; missing where the moment of the change is known. Epoch milliseconds. */
  afterMs?: number | undefined
  /** What changed is the rule of this alert alone. */
  alert?: string
  /** `Prometheus was started again` */
  text: string
}

/** A metric that is watched, and what was seen of it. */
export interface WatchedMetric {
  metric: string
  /** What the run waits for, for people: `up{service="store"} == 0`. */
  text: string
  passes(value: number): boolean
  /** Only samples later than this count: the last ones that were looked at before the fault. */
  afterMs: number
  hit?: MetricHit
  /** The latest value; not looked at any more once there was a hit. */
  last?: MetricHit
  /** Every sample in which its series' value changed, oldest first, to show what was judged. */
  changes: MetricHit[]
}

/** All that was seen of the world during a run. Filled by the watch, read by pure functions. */
export class Observations {
  /** Begins with the whole watch. */
  steady: SteadyRecord
  /** One for each `metric` expectation, in order; without any, one for each metric of the steady state, watched for leaving it. */
  readonly metrics: WatchedMetric[]
  readonly ruleAlerts: RuleAlert[] = []
  readonly heldAlerts: SeenHeldAlert[] = []
  /** Every silence that was seen, of which texts say who set it and why. */
  readonly silences: Silence[] = []
  /** Changes of the monitoring itself in the middle of the run, in the order in which they were seen. */
  readonly changes: MonitoringChange[] = []
  incidents: readonly IncidentView[] = []
  /** Alerts of which a copy of a notification has arrived. */
  received: readonly ReceivedAlert[] = []
  /** Alerts that were pending or firing at the last look. */
  activeNow: readonly ActiveAlert[] = []

  constructor(steady: SteadyRecord, metrics: WatchedMetric[]) {
    this.steady = steady
    this.metrics = metrics
  }

  /** Alerts as the rules API lists them at one moment. */
  addRuleAlerts(alerts: readonly ActiveAlert[], polledAtMs: number): void {
    this.activeNow = alerts.filter((alert) => !pagesNobody(alert.labels))
    for (const { labels, state, activeAtMs, dropped } of this.activeNow) {
      // A later look at a pair may show an earlier moment.
      let known = this.ruleAlerts.find((one) => one.activeAtMs >= activeAtMs && sameLabels(one.labels, labels))
      if (known === undefined) {
        known = { labels, activeAtMs, lastSeenAtMs: polledAtMs, ...defined({ dropped }) }
        this.ruleAlerts.push(known)
      }
      known.activeAtMs = activeAtMs
      known.lastSeenAtMs = Math.max(known.lastSeenAtMs, polledAtMs)
      if (state === 'firing') known.firedAtMs ??= polledAtMs
    }
  }

  /** The samples of ALERTS: they hold every evaluation, also those between two polls. */
  addAlertSamples(series: readonly AlertSeries[], fromMs: number): void {
    for (const { labels, samples, dropped } of series) {
      const { __name__: _, alertstate, ...own } = labels
      const first = samples.find((one) => one.atMs >= fromMs)
      const last = samples.at(-1)
      if (first === undefined || last === undefined || pagesNobody(own)) continue
      const earlier = this.ruleAlerts.filter(({ activeAtMs }) => activeAtMs <= last.atMs)
      let [known] = sameAs(own, earlier)
      if (known === undefined) {
        // It may have been active before: then Alertmanager has it since then.
        const { atMs: activeAtMs } = samples[0] ?? first
        known = { labels: own, activeAtMs, lastSeenAtMs: last.atMs, ...defined({ dropped }) }
        this.ruleAlerts.push(known)
      }
      known.lastSeenAtMs = Math.max(known.lastSeenAtMs, last.atMs)
      // The sample has the moment of the evaluation; a poll came later.
      if (alertstate === 'firing') known.firedAtMs = Math.min(known.firedAtMs ?? first.atMs, first.atMs)
      known.activeAtMs = Math.min(known.activeAtMs, first.atMs)
    }
  }

  /** Alerts as Alertmanager holds them; of `updatedAt` the first look at each is kept, since it moves with every repeat. */
  addHeldAlerts(alerts: readonly HeldAlert[], lookedAtMs?: number): void {
    const there = new Set<SeenHeldAlert>()
    for (const alert of alerts) {
      if (pagesNobody(alert.labels)) continue
      const is = (one: SeenHeldAlert) => one.startsAtMs >= alert.startsAtMs && sameLabels(one.labels, alert.labels)
      let known = this.heldAlerts.find(is)
      if (known === undefined) {
        const { suppression: _, ...first } = alert
        known = { ...first, states: [] }
        this.heldAlerts.push(known)
      }
      known.status = alert.status
      known.startsAtMs = alert.startsAtMs
      noteState(known.states, alert, lookedAtMs ?? alert.updatedAtMs)
      there.add(known)
    }
    for (const known of this.heldAlerts) {
      if (there.has(known)) delete known.endedAtMs
      else if (lookedAtMs !== undefined) known.endedAtMs ??= lookedAtMs
    }
  }

  addSilences(silences: readonly Silence[]): void {
    for (const silence of silences) if (!this.silences.some(({ id }) => id === silence.id)) this.silences.push(silence)
  }

  /** The same change is kept once. */
  addChange(change: MonitoringChange): void {
    if (!this.changes.some(({ part, text }) => part === change.part && text === change.text)) this.changes.push(change)
  }

  /** Takes the earliest sample that passes; samples arrive in the order of their timestamps. */
  addSamples(metric: WatchedMetric, series: readonly Series[]): void {
    for (const { labels, samples } of series) {
      for (const { atMs, value } of samples) {
        if (atMs <= metric.afterMs) continue
        const sample = { atMs, value, labels }
        noteChange(metric.changes, sample)
        if (metric.last === undefined || atMs >= metric.last.atMs) metric.last = sample
        if (metric.passes(value) && (metric.hit === undefined || atMs < metric.hit.atMs)) metric.hit = sample
      }
    }
  }
}

/** An alert that Alertmanager has not looked at yet is in no state. */
function noteState(states: HeldState[], { status, suppression }: HeldAlert, fromMs: number): void {
  if (status === 'unprocessed') return
  const heldBack = status === 'suppressed' ? (suppression ?? NOT_SHOWN) : undefined
  const before = states.at(-1)
  if (before !== undefined && JSON.stringify(before.heldBack) === JSON.stringify(heldBack)) return
  states.push({ fromMs, ...defined({ heldBack }) })
}

/** The most changes that are kept of one metric: a journal is to be read. */
const MOST_CHANGES = 50

function noteChange(changes: MetricHit[], sample: MetricHit): void {
  const before = changes.findLast(({ labels }) => sameLabels(labels, sample.labels))
  if (before !== undefined && (sample.atMs <= before.atMs || sample.value === before.value)) return
  if (changes.length < MOST_CHANGES) changes.push(sample)
}
