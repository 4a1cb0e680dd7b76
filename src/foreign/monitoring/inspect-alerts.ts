import { stringify } from 'yaml'
import { didYouMean } from '../../base/text/near-name.ts'
import { type AlertMeaning, meaningOf } from '../../drills/evidence/alerts/alert-meaning.ts'
import { type AlertSettings, readAlertScope } from '../../drills/evidence/alerts/alert-scope.ts'
import { suppressionText } from '../../drills/evidence/alerts/suppression.ts'
import { nothingBurnt } from '../../drills/evidence/burnt-before.ts'
import { sameAs } from '../../drills/evidence/same-alert.ts'
import type { HeldAlert, Silence } from '../../probes/alertmanager.ts'
import { type ActiveAlert, type AlertRule, hasLabels, type Labels } from '../../probes/prometheus.ts'
import { type ForeignSystem, targetLabelsOf } from '../file/foreign-system.ts'
import type { SystemFinding } from '../system-finding.ts'
import { openMonitoring } from './monitoring.ts'
import { otherScope } from './other-scope.ts'

/** What `system check` reports of alerts: those that fire now, and what to write so that they keep no gate shut. */

const ASK_MS = 5_000
/** The most alerts that one finding names. */
const MOST_NAMED = 10

/** What Prometheus and Alertmanager answered. */
export interface AlertAnswers {
  active: readonly ActiveAlert[]
  held: readonly HeldAlert[]
  silences: readonly Silence[]
  alertRules: readonly AlertRule[]
  /** Of the targets that Prometheus scrapes. */
  targets: readonly Labels[]
  /** The configuration of Prometheus, which may add labels to all alerts; undefined where it is not shown. */
  config: string | undefined
}

/** An alert that fires now, by what it means for every drill of the system. */
interface FiringNow extends AlertMeaning {
  labels: Labels
  sinceMs: number
}

/** Asks for all of it. What does not answer is reported where the monitoring itself is checked. */
export async function checkAlerts(
  system: ForeignSystem,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal | undefined },
): Promise<SystemFinding[]> {
  const { prometheus, alertmanager } = openMonitoring(system, env)
  const bounded = { timeoutMs: ASK_MS, signal }
  try {
    const [active, held, silences, alertRules, targets, config] = await Promise.all([
      prometheus.alerts(bounded),
      alertmanager.alerts(bounded),
      alertmanager.silences(bounded),
      prometheus.alertRules(bounded),
      prometheus.targets(bounded),
      prometheus.config(bounded).catch(() => undefined),
    ])
    return inspectAlerts(system, {
      active,
      held,
      silences,
      alertRules,
      targets: targets.map(({ labels }) => labels),
      config,
    })
  } catch {
    signal?.throwIfAborted()
    return []
  }
}

/** What follows from the answers. Pure. */
export function inspectAlerts(
  { file, alerts, services }: Pick<ForeignSystem, 'file' | 'alerts' | 'services'>,
  answers: AlertAnswers,
): SystemFinding[] {
  const firing = firingNow(alerts, answers)
  const counted = firing.filter(({ kind }) => COUNTED.includes(kind))
  const others = firing.filter((one) => !counted.includes(one) && one.kind !== 'pages nobody')
  const isOurs = ({ labels }: FiringNow) =>
    services.some((one) => targetLabelsOf(one).some((own) => hasLabels(labels, own)))
  const ours = counted.filter(isOurs)
  const foreign = counted.filter((one) => !isOurs(one))
  const entry = (
    status: SystemFinding['status'],
    detail: string,
    more: Partial<SystemFinding> = {},
  ): SystemFinding => ({
    name: 'alerts',
    status,
    detail,
    help: [],
    ...more,
  })
  const findings: SystemFinding[] = []
  if (ours.length > 0) {
    const help = ['repair it, or wait until it has ended']
    findings.push(
      entry('bad', `of the services themselves: ${namesOf(ours)}; the gate of every drill stays shut`, { help }),
    )
  }
  if (foreign.length > 0) {
    const help = [`repair what is broken; of those that always fire, take the lines into ${file}:`]
    const detail = `${count(foreign)} now, and the gate of every drill stays shut: ${namesOf(foreign)}`
    findings.push(entry('bad', detail, { help, paste: linesToPaste(alerts, foreign) }))
  }
  if (others.length > 0) {
    const list = others.map((one) => `${matcherOf(one.labels)} (${one.why ?? 'on a budget that was burnt before'})`)
    findings.push(
      entry(
        'ok',
        `${count(others)} and ${others.length === 1 ? 'counts' : 'count'} against no drill: ${firstOf(list)}`,
      ),
    )
  }
  if (firing.every(({ kind }) => kind === 'pages nobody')) findings.push(entry('ok', 'none fires'))
  const scope = otherScope(alerts, answers)
  if (scope !== undefined) findings.push(entry('bad', scope.detail, { help: [`in ${file}:`], paste: scope.paste }))
  return [...findings, ...unknownNames(alerts, answers, scope?.names ?? []).map((text) => entry('note', text))]
}

/** The kinds that keep the gate of every drill shut. */
const COUNTED: readonly AlertMeaning['kind'][] = ['unexpected', 'machine']

function firingNow(settings: AlertSettings, { active, held, silences }: AlertAnswers): FiringNow[] {
  const judging = { drill: { expectations: [] }, alertScope: readAlertScope(settings), burntBefore: nothingBurnt }
  const mean = (labels: Labels, sinceMs: number, same: readonly HeldAlert[]): FiringNow => {
    const isHeldBack = same.length > 0 && same.every(({ status }) => status === 'suppressed')
    const why = suppressionText(same[0]?.suppression, silences)
    const heldBack = isHeldBack ? { kind: 'suppressed' as const, why } : undefined
    return { labels, sinceMs, ...meaningOf({ labels, isBefore: true, heldBack }, judging) }
  }
  const firing = active.filter(({ state }) => state === 'firing')
  const ofRules = firing.map(({ labels, activeAtMs }) => {
    const same = sameAs(labels, held)
    return mean({ ...same[0]?.labels, ...labels }, activeAtMs, same)
  })
  // Alertmanager may have alerts of another Prometheus, which the gate sees as well.
  const ofOthers = held
    .filter(({ labels }) => !firing.some((one) => hasLabels(labels, one.labels)))
    .map((one) => mean(one.labels, one.startsAtMs, [one]))
  return [...ofRules, ...ofOthers].sort((a, b) => a.sinceMs - b.sinceMs)
}

function count({ length }: readonly FiringNow[]): string {
  return length === 1 ? 'one fires' : `${length} fire`
}

function namesOf(firing: readonly FiringNow[]): string {
  return firstOf(
    firing.map((one) => `${matcherOf(one.labels)} since ${new Date(one.sinceMs).toISOString().slice(0, 16)}Z`),
  )
}

function firstOf(texts: readonly string[]): string {
  const more = texts.length - MOST_NAMED
  return [...texts.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

/** Labels that change when a process is replaced: an entry without them lasts longer. */
const OF_ONE_PROCESS = ['instance', 'pod', 'container_id', 'uid']
/** Labels that say nothing about what an alert is about. */
const OF_NO_OBJECT = ['alertname', 'severity', 'prometheus', 'prometheus_replica', 'replica']

/** The entry of `alerts.ignore` that names this alert, and as few others as can be foreseen. */
function matcherOf({ alertname = '', ...labels }: Labels): string {
  const about = Object.entries(labels).filter(([name]) => !OF_NO_OBJECT.includes(name))
  const lasting = about.filter(([name]) => !OF_ONE_PROCESS.includes(name))
  const matchers = lasting.length === 0 ? about : lasting
  const written = matchers.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return written.length === 0 ? alertname : `${alertname}{${written.join(', ')}}`
}

/** The whole key `alerts`, with what it has already. */
function linesToPaste({ scope, ignore }: AlertSettings, firing: readonly FiringNow[]): string[] {
  const entries = [...new Set([...ignore, ...firing.map(({ labels }) => matcherOf(labels))])]
  const alerts = { ...(Object.keys(scope).length === 0 ? {} : { scope }), ignore: entries }
  return stringify({ alerts }, { lineWidth: 0 }).trimEnd().split('\n')
}

/** What the key `alerts` names and nothing has: a slip of the keyboard would make every alert, or none, count. */
function unknownNames({ scope, ignore }: AlertSettings, answers: AlertAnswers, reported: readonly string[]): string[] {
  const { alertRules, active, held, targets, config } = answers
  const firing = [...active, ...held].flatMap(({ labels }) => labels.alertname ?? [])
  const names = [...new Set([...alertRules.map(({ alert }) => alert), ...firing])]
  const unknown = readAlertScope({ scope: {}, ignore }).ignore.flatMap(({ name, text }) => {
    if (name === undefined || names.includes(name)) return []
    const next = didYouMean(name, names)
    return [`alerts.ignore has ${text}, and no rule defines that alert${next === undefined ? '' : `; ${next}`}`]
  })
  const all = [
    ...targets,
    ...alertRules.map(({ labels }) => labels),
    ...[...active, ...held].map(({ labels }) => labels),
  ]
  const isConfigured = (name: string, value: string) =>
    config === undefined || config.split('\n').some((line) => line.includes(name) && line.includes(value))
  const nowhere = Object.entries(scope).flatMap(([name, value]) =>
    reported.includes(name) || all.some((labels) => labels[name] === value) || isConfigured(name, value)
      ? []
      : [`alerts.scope has ${name}: ${value}, which no rule, no target and no alert has: every alert is out of scope`],
  )
  return [...unknown, ...nowhere]
}
