import { FiredrillError, messageOf } from '../../base/errors.ts'
import { type AlertLabels, readAlertLabels, type ShownConfig } from '../../probes/alert-labels/alert-labels.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import { notServed } from '../../probes/errors.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { Timing } from '../../stack/profile.ts'
import { foreignErrors } from '../errors.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { type ClockReading, clocksIn, type MonitoringAnswers } from './clocks-in.ts'

/** What the monitoring of a foreign system shows of itself: clocks, versions, and what becomes of the labels of alerts. */

const ASK_MS = 5_000

export interface Clocks {
  timing: Timing
  versions: Record<string, string>
  /** Of each who evaluates rules. */
  alertLabels: (AlertLabels | undefined)[]
  /** Whether labels of alerts may become others that cannot be computed. */
  labelsUnknown: boolean
  /** What is not shown, and what follows from that, in sentences. */
  unknown: string[]
}

/** The answers of a monitoring, before anything is concluded from them. */
export interface MonitoringReading {
  clocks: ClockReading
  answers: MonitoringAnswers
  versions: Record<string, string>
  alertLabels: AlertLabelsReading
  /** The Alertmanagers that alerts are sent to; `undefined` where that is not shown. */
  alertmanagers: string[] | undefined
}

type Described = Pick<ForeignSystem, 'services' | 'clocks'>
type Asked = { prometheus: Prometheus; alertmanager: Alertmanager }

/** The clocks of a monitoring that is not ours. @throws FD_FOREIGN_MONITORING, FD_FOREIGN_CLOCKS */
export async function readClocks(asked: Asked, system: Described, signal?: AbortSignal): Promise<Clocks> {
  const { clocks, versions, alertLabels } = await readMonitoringOf(asked, system, signal)
  if (clocks.timing === undefined) {
    throw foreignErrors.error('FD_FOREIGN_CLOCKS', {
      message: `the monitoring does not show its clocks: ${clocks.missing.map(({ what }) => what).join(', ')}`,
      expected: `in firedrill.yaml: ${linesFor(clocks)}`,
      next: 'firedrill system check shows what is known',
    })
  }
  const { labels, why } = alertLabels
  return {
    timing: clocks.timing,
    versions,
    alertLabels: labels,
    labelsUnknown: why !== undefined,
    unknown: [...clocks.assumed, ...(why === undefined ? [] : [why])],
  }
}

/** The lines of a description that state what is missing: `clocks: { scrape: 15s }`. */
export function linesFor({ missing }: Pick<ClockReading, 'missing'>): string {
  return `clocks: { ${missing.map(({ key, example }) => `${key}: ${example}`).join(', ')} }`
}

/** Everything that the monitoring shows of itself. @throws FD_FOREIGN_MONITORING, FD_FOREIGN_CLOCKS */
export async function readMonitoringOf(
  { prometheus, alertmanager }: Asked,
  { services, clocks }: Described,
  signal?: AbortSignal,
): Promise<MonitoringReading> {
  const bounded = { timeoutMs: ASK_MS, signal }
  const [[config, flags, targets, alertRules, version, ruleConfigs, alertmanagers], status] = await bothAnswer(
    Promise.all([
      prometheus.config(bounded).catch(notServed),
      prometheus.flags(bounded).catch(notServed),
      prometheus.targets(bounded),
      prometheus.alertRules(bounded),
      prometheus.version(bounded).catch(notServed),
      prometheus.ruleConfigs(bounded),
      prometheus.alertmanagers(bounded),
    ]),
    alertmanager.status(bounded),
    signal,
  )
  const answers = { prometheusConfig: config, alertmanagerConfig: status.config, flags, targets, alertRules }
  try {
    return {
      answers,
      clocks: clocksIn(answers, { services, clocks }),
      versions: { ...named('prometheus', version), ...named('alertmanager', status.version) },
      alertLabels: labelsIn(ruleConfigs),
      alertmanagers,
    }
  } catch (error) {
    throw foreignErrors.error('FD_FOREIGN_CLOCKS', {
      message: `the monitoring's clocks cannot be read: ${messageOf(error)}`,
      next: 'firedrill system check shows what is missing',
      cause: error,
    })
  }
}

function named(part: string, version: string | undefined): Record<string, string> {
  return version === undefined || version === '' ? {} : { [part]: version }
}

/** What becomes of the labels of alerts, by who evaluates their rules. */
export interface AlertLabelsReading {
  labels: (AlertLabels | undefined)[]
  /** Why it is not known of one of them, and what follows, in a sentence. */
  why?: string
}

export function labelsIn(configs: readonly (ShownConfig | undefined)[]): AlertLabelsReading {
  const read = configs.map((shown) =>
    shown === undefined ? { unknown: 'its configuration is not shown' } : readAlertLabels(shown),
  )
  const labels = read.map((one) => ('unknown' in one ? undefined : one))
  const [unknown] = read.flatMap((one) => ('unknown' in one ? [one.unknown] : []))
  if (unknown === undefined) return { labels }
  const why = `what becomes of the labels of alerts on their way to Alertmanager is not known (${unknown}): an alert of Prometheus and one of Alertmanager are the same by name, start and the labels that both have`
  return { labels, why }
}

/** The answers of both. @throws FD_FOREIGN_MONITORING with every part that does not answer */
async function bothAnswer<P, A>(
  prometheus: Promise<P>,
  alertmanager: Promise<A>,
  signal?: AbortSignal,
): Promise<[P, A]> {
  const [one, other] = await Promise.allSettled([prometheus, alertmanager])
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value]
  signal?.throwIfAborted()
  const silent = { Prometheus: one, Alertmanager: other }
  const problems = Object.entries(silent).flatMap(([part, answer]) =>
    answer.status === 'fulfilled' ? [] : [`${part}: ${messageOf(answer.reason)}${placeOf(answer.reason)}`],
  )
  throw foreignErrors.error('FD_FOREIGN_MONITORING', {
    message: `the monitoring of the system does not answer: ${problems.join('; ')}`,
    expected: 'Prometheus and Alertmanager, running, at the addresses that the description of the system has',
    next: 'firedrill system check shows what is missing',
    cause: one.status === 'rejected' ? one.reason : (other as PromiseRejectedResult).reason,
  })
}

function placeOf(error: unknown): string {
  const where = error instanceof FiredrillError ? error.details.where : undefined
  return where === undefined ? '' : ` (${where})`
}
