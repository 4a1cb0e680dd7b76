import { formatLabels, type Labels } from '../../probes/prometheus.ts'
import type { OtherAlert } from '../journal/schema/alert.ts'
import { type AlertMeaning, droppedOnItsWay, meaningOf, type SeenAlert } from './alerts/alert-meaning.ts'
import { nothingBefore } from './alerts/alerts-before.ts'
import { isNewlySilenced, passageOf } from './alerts/sending.ts'
import { suppressionText } from './alerts/suppression.ts'
import { type Evidence, earliestMs } from './evidence.ts'
import type { RuleAlert, SeenHeldAlert } from './observations.ts'
import { sameAs, sameLabels } from './same-alert.ts'

export interface OtherAlerts {
  /** The drill does not expect them: each is a deviation. */
  unexpected: OtherAlert[]
  /** Whether Alertmanager holds them back changed during the run: the run proves nothing about them. */
  unjudged: OtherAlert[]
  /** Of the machine that it all runs on, which was too busy for the run to prove anything. */
  machine: OtherAlert[]
  /** Named by the drill as what follows from its fault. */
  excepted: OtherAlert[]
  /** Fired, and held back by Alertmanager all the time: they paged nobody. */
  inhibited: OtherAlert[]
  /** About a budget that was burnt before the run: the alert's long window had not forgotten it. */
  carried: OtherAlert[]
  /** Not of this system, as its description says. */
  ignored: OtherAlert[]
}

export const noAlerts = (): OtherAlerts => ({
  unexpected: [],
  unjudged: [],
  machine: [],
  excepted: [],
  inhibited: [],
  carried: [],
  ignored: [],
})

/** Where a journal keeps an alert, by what it means; those of the other kinds are nowhere. */
const LIST: Readonly<Partial<Record<AlertMeaning['kind'], keyof OtherAlerts>>> = {
  ignored: 'ignored',
  'out of scope': 'ignored',
  'too early': 'unexpected',
  suppressed: 'inhibited',
  unjudged: 'unjudged',
  excepted: 'excepted',
  carried: 'carried',
  machine: 'machine',
  unexpected: 'unexpected',
}

/** Alertmanager receives an alert after it fired; a look at the rules may be later than both. In milliseconds. */
const LOOK_SLACK_MS = 1_000

/**
 * Every alert that fired during the run and that the drill does not expect, by what it means for the verdict. An alert of an
 * expected name that became active before anything was injected is one of them: it has another cause. One that fires again is one.
 */
export function otherAlerts(evidence: Evidence): OtherAlerts {
  const others: OtherAlerts = noAlerts()
  for (const rule of evidence.observations.ruleAlerts) {
    const { labels, activeAtMs, firedAtMs } = rule
    if (firedAtMs === undefined) continue
    const { kind, why } = meaningOf(seenAlert(rule, evidence), evidence)
    const list = LIST[kind]
    if (list === undefined) continue
    const known = others[list].find((one) => sameLabels(one.labels, labels))
    if (known !== undefined) known.times = (known.times ?? 1) + 1
    else {
      const alertname = labels.alertname ?? ''
      others[list].push({ alertname, labels, activeAtMs, firedAtMs, ...(why === undefined ? {} : { why }) })
    }
  }
  return others
}

/** An alert of the rules, with what Alertmanager made of it. */
export function seenAlert(rule: RuleAlert, evidence: Evidence): SeenAlert {
  const held = heldOf(rule, evidence)
  return {
    // Alertmanager has those that Prometheus' configuration adds to all alerts, too.
    labels: { ...held[0]?.labels, ...rule.labels },
    isBefore: rule.activeAtMs < earliestMs(evidence),
    heldBack: heldBack(rule, held, evidence),
  }
}

function heldOf(
  { labels, activeAtMs, firedAtMs = activeAtMs }: RuleAlert,
  { observations }: Evidence,
): SeenHeldAlert[] {
  return sameAs(labels, observations.heldAlerts).filter(
    ({ startsAtMs }) => startsAtMs >= activeAtMs && startsAtMs <= firedAtMs + LOOK_SLACK_MS,
  )
}

/** Whether Alertmanager had it, and never notified of it. One that was never seen in Alertmanager counts as notified. */
function heldBack(rule: RuleAlert, held: readonly SeenHeldAlert[], evidence: Evidence): SeenAlert['heldBack'] {
  if (rule.dropped) return droppedOnItsWay
  const { observations, alertsBefore = nothingBefore } = evidence
  const before = alertsBefore.heldBack.filter((one) => sameLabels(one.labels, rule.labels))
  if (before.some(({ activeAtMs }) => activeAtMs === rule.activeAtMs)) {
    return { kind: 'suppressed', why: 'fired before the run, and was held back by Alertmanager then' }
  }
  const received = observations.incidents.some(
    ({ labels, startsAtMs }) =>
      startsAtMs >= rule.activeAtMs &&
      startsAtMs <= (rule.firedAtMs ?? rule.activeAtMs) + LOOK_SLACK_MS &&
      sameLabels(labels, rule.labels),
  )
  const suppressions = held.flatMap((one) => passageOf(one, evidence).heldBack ?? [])
  if (held.length === 0 || suppressions.length < held.length || received) {
    if (before.length === 0) return undefined
    return { kind: 'unjudged', why: 'held back by Alertmanager before the run, and let through in it' }
  }
  const why = suppressionText(suppressions[0], observations.silences)
  const isByNewSilence = suppressions.some((one) => isNewlySilenced(one, alertsBefore))
  return isByNewSilence ? { kind: 'unjudged', why: `${why}, in the middle of the run` } : { kind: 'suppressed', why }
}

export function formatAlert({ alertname, labels }: Pick<OtherAlert, 'alertname' | 'labels'>): string {
  const { alertname: _, ...others } = labels as Labels
  return `${alertname}${formatLabels(others)}`
}
