import { messageOf } from '../base/errors.ts'
import type { Alertmanager } from '../probes/alertmanager.ts'
import { formatLabels, hasLabels, type Labels, type Prometheus } from '../probes/prometheus.ts'
import { isOnBudget, isTicket } from './burn.ts'
import type { Drill } from './drill.ts'
import { isOfMachine, pagesNobody } from './observations.ts'
import type { SteadyCheck } from './steady-checks.ts'
import type { SystemDescription, SystemUnderDrill } from './system.ts'
import { within } from './within.ts'

const LOOK_TIMEOUT_MS = 2_000

export interface Baseline {
  clean: boolean
  /** What was not as it must be, at the last look. */
  findings: string[]
  /** What was there, and is none of this drill's business. */
  tolerated: string[]
}

export interface BaselineOptions {
  system: Pick<SystemUnderDrill, 'incidents' | 'activeFaults'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
  drill: Pick<Drill, 'expectations'>
  description?: Pick<SystemDescription, 'targets'>
}

export interface Finding {
  text: string
  /**
   * It goes by itself: when the windows of an error budget's rules have forgotten, or the machine has done other work. All else
   * should be gone at once.
   */
  fades: boolean
}

export interface Inspection {
  findings: Finding[]
  tolerated: string[]
}

/** All that is not as it must be before a fault, in sentences. What cannot be asked is a finding too. */
export async function inspectBaseline(
  { system, prometheus, alertmanager, checks, drill, description }: BaselineOptions,
  signal?: AbortSignal,
): Promise<Inspection> {
  const tolerated = new Set<string>()
  const alertFinding = (labels: Labels, text: string): (string | Finding)[] => {
    if (pagesNobody(labels)) return []
    if (isTicket(labels) && !isExpected(labels, drill)) {
      tolerated.add(`alert ${named(labels)} is firing, on a budget that was burnt before`)
      return []
    }
    return [isOnBudget(labels) || isOfMachine(labels) ? { text, fades: true } : text]
  }
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  const looks: [string, () => Promise<(string | Finding)[]>][] = [
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
          return isExpected(labels, drill)
            ? [{ text: `alert ${named(labels)}, which the drill expects, is pending already`, fades: true }]
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
      'incidents',
      async () =>
        (await within(LOOK_TIMEOUT_MS, 'the incidents', system.incidents(), signal)).flatMap((incident) =>
          incident.inProgress ? [`incident ${incident.id} (${incident.alertname}) is ${incident.status}`] : [],
        ),
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
  const list = findings.flat().map((one) => (typeof one === 'string' ? { text: one, fades: false } : one))
  return { findings: list, tolerated: [...tolerated] }
}

function isExpected(labels: Labels, { expectations }: Pick<Drill, 'expectations'>): boolean {
  return expectations.some(
    (one) => one.kind === 'alert' && one.alert === labels.alertname && hasLabels(labels, one.labels),
  )
}

function named({ alertname, instance, service }: Labels): string {
  const where = instance ?? service
  return `${alertname ?? 'without a name'}${where === undefined ? '' : ` (${where})`}`
}
