import { messageOf } from '../../base/errors.ts'
import { lookBackMs } from '../../lint/syntax.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import { type AlertRule, formatLabels, hasLabels, type Labels, type Prometheus } from '../../probes/prometheus.ts'
import { parseExpression } from '../../promql/expression.ts'
import type { Profile } from '../../stack/profile.ts'
import { type Expected, isExpected } from '../expectations/expected.ts'
import type { SystemDescription, SystemUnderDrill } from '../system.ts'
import { isOfMachine, pagesNobody } from '../watch/observations.ts'
import type { SteadyCheck } from '../watch/steady-checks.ts'
import { within } from '../within.ts'
import { isOnBudget, isTicket } from './burn.ts'
import { deliveriesUnderWay, deliveryKnownMs } from './deliveries.ts'

const LOOK_TIMEOUT_MS = 2_000
/**
 * How long a burnt budget may take to be forgotten, in production time: the short window of the slow page. The long windows are
 * not waited for (hours; in the lab 12 minutes): what they still remember is told, and held against no drill.
 */
export const FORGOTTEN_WITHIN_MS = 30 * 60_000

export interface Inspected {
  clean: boolean
  /** What was not as it must be, at the last look. */
  findings: string[]
  /** What was there, and is none of this drill's business. */
  tolerated: string[]
}

export interface InspectOptions {
  system: Pick<SystemUnderDrill, 'incidents' | 'limits' | 'activeFaults'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
  drill: { readonly expectations: readonly Expected[] }
  /** Whose windows tell how long an alert may go on by itself. */
  alertRules: readonly AlertRule[]
  profile: Profile
  description?: Pick<SystemDescription, 'targets'>
  /** Alerts of the machine are no reason to wait: the run goes on as it is, and bounds widen. */
  busy?: boolean
}

export interface GateFinding {
  text: string
  /**
   * How long it may last with nothing wrong any more, in milliseconds: until an alert's windows have forgotten, or the machine
   * has done other work, or the responder may act again. 0 for what should be gone at once.
   */
  lastsMs: number
  /** Whether the machine is what is wrong. */
  ofMachine?: boolean
}

export interface Inspection {
  findings: GateFinding[]
  tolerated: string[]
}

/** All that is not as it must be before a fault, in sentences. What cannot be asked is a finding too. */
export async function inspect(
  { system, prometheus, alertmanager, checks, drill, alertRules, profile, description, busy = false }: InspectOptions,
  signal?: AbortSignal,
): Promise<Inspection> {
  const tolerated = new Set<string>()
  const forgottenMs = profile.scale(FORGOTTEN_WITHIN_MS)
  const alertFinding = (labels: Labels, text: string): (string | GateFinding)[] => {
    if (pagesNobody(labels)) return []
    if (isTicket(labels) && !isExpected({ alertname: labels.alertname, labels }, drill)) {
      tolerated.add(`alert ${named(labels)} is firing, on a budget that was burnt before`)
      return []
    }
    if (busy && isOfMachine(labels) && !isExpected({ alertname: labels.alertname, labels }, drill)) {
      tolerated.add(`alert ${named(labels)} is firing: the machine is busy, which --busy accepts`)
      return []
    }
    const lastsMs = isOnBudget(labels) || isOfMachine(labels) ? forgottenMs : rememberedMs(labels, alertRules)
    return [{ text, lastsMs, ...(isOfMachine(labels) ? { ofMachine: true } : {}) }]
  }
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  const looks: [string, () => Promise<(string | GateFinding)[]>][] = [
    [
      'steady state',
      async () => {
        const seen = await Promise.all(checks.map((check) => check.look(signal)))
        return seen.flatMap(({ probe, state, detail }) => (state === 'good' ? [] : [`${probe}: ${detail}`]))
      },
    ],
    [
      'Prometheus targets',
      async () => {
        const targets = await prometheus.targets(bounded)
        if (targets.length === 0) return ['Prometheus has no targets']
        const ours = Object.values(description?.targets ?? { all: [{}] }).flat()
        return targets.flatMap(({ labels, up, lastError }) => {
          if (up) return []
          const text = `target ${labels.instance ?? formatLabels(labels)} is not up${lastError && `: ${lastError}`}`
          if (ours.some((wanted) => hasLabels(labels, wanted))) return [text]
          tolerated.add(`${text}, which is of no service of the system`)
          return []
        })
      },
    ],
    [
      'Prometheus alertmanagers',
      async () => ((await prometheus.alertmanagers(bounded)).length > 0 ? [] : ['Prometheus knows no Alertmanager']),
    ],
    [
      'Prometheus alerts',
      // One that is pending is what its `for` is there to tolerate; but fired by what was before, it would prove nothing.
      async () =>
        (await prometheus.alerts(bounded)).flatMap(({ labels, state }) => {
          if (state !== 'pending') return alertFinding(labels, `alert ${named(labels)} is firing`)
          return isExpected({ alertname: labels.alertname, labels }, drill)
            ? [{ text: `alert ${named(labels)}, which the drill expects, is pending already`, lastsMs: forgottenMs }]
            : []
        }),
    ],
    [
      'Alertmanager',
      async () =>
        (await alertmanager.alerts(bounded)).flatMap(({ labels }) =>
          alertFinding(labels, `Alertmanager still holds ${named(labels)}`),
        ),
    ],
    [
      'deliveries',
      // One that Alertmanager still tries may be given up after the gate: whatever fires on that would be held against the drill.
      async () =>
        (await deliveriesUnderWay(prometheus, { alertRules, timing: profile.timing, ...bounded })).map(
          ({ integration }) => ({
            text: `Alertmanager has just failed to deliver by ${integration}, and may still be trying`,
            lastsMs: deliveryKnownMs(profile.timing),
          }),
        ),
    ],
    [
      'incidents',
      async () =>
        (await within(LOOK_TIMEOUT_MS, 'the incidents', system.incidents(), signal)).flatMap((incident) =>
          incident.inProgress ? [`incident ${incident.id} (${incident.alertname}) is ${incident.status}`] : [],
        ),
    ],
    [
      'limits',
      // Run again and again, a drill has the responder do what it may do only so often.
      async () => {
        const wanted = drill.expectations.flatMap(({ actsOn }) => actsOn ?? [])
        if (wanted.length === 0) return []
        const limits = await within(LOOK_TIMEOUT_MS, "the responder's limits", system.limits(), signal)
        return limits
          .filter(({ service, target }) => target === '*' || wanted.includes(target) || wanted.includes(service))
          .map(({ target, detail, untilMs }) => ({
            text: `the responder would leave ${target === '*' ? 'everything' : target} alone now: ${detail}`,
            lastsMs: Math.max(0, untilMs - Date.now()),
          }))
      },
    ],
    [
      'faults',
      async () =>
        (await within(LOOK_TIMEOUT_MS, 'the faults', system.activeFaults(), signal)).map(
          ({ fault, service, id }) => `the fault ${fault} on ${service} is in force (${id})`,
        ),
    ],
  ]
  const findings = await Promise.all(
    looks.map(async ([what, look]) => {
      try {
        return await look()
      } catch (error) {
        signal?.throwIfAborted()
        return [`${what}: ${messageOf(error)}`]
      }
    }),
  )
  const list = findings.flat().map((one) => (typeof one === 'string' ? { text: one, lastsMs: 0 } : one))
  return { findings: list, tolerated: [...tolerated] }
}

/** The longest window of the rules that may have fired it, in milliseconds. */
export function rememberedMs({ alertname }: Labels, alertRules: readonly AlertRule[]): number {
  const rules = alertRules.filter(({ alert }) => alert === alertname)
  return Math.max(0, ...rules.map(({ expr }) => lookBackMs(parseExpression(expr))))
}

function named({ alertname, instance, service }: Labels): string {
  const where = instance ?? service
  return `${alertname ?? 'without a name'}${where === undefined ? '' : ` (${where})`}`
}
