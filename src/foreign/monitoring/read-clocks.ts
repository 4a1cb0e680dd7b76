import { FiredrillError, messageOf } from '../../base/errors.ts'
import { parsePromDuration } from '../../base/units/duration.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { AlertRule, Prometheus, ScrapeTarget } from '../../probes/prometheus.ts'
import type { Timing } from '../../stack/profile.ts'
import { foreignErrors } from '../errors.ts'
import { type ForeignService, isTargetOf } from '../file/foreign-system.ts'

/** The clocks of a foreign system's monitoring. */

const ASK_MS = 5_000
/** Prometheus' and Alertmanager's own defaults, in milliseconds. */
const DEFAULTS = { scrape: 60_000, evaluation: 60_000, lookback: 300_000, resend: 60_000 } as const
const ROUTE_DEFAULTS = { group_wait: 30_000, group_interval: 300_000, repeat_interval: 4 * 3_600_000 } as const

/** What the monitoring answers about itself. */
export interface MonitoringAnswers {
  /** Prometheus' configuration and Alertmanager's, as YAML. */
  prometheusConfig: string
  alertmanagerConfig: string
  flags: Readonly<Record<string, string>>
  targets: readonly ScrapeTarget[]
  alertRules: readonly AlertRule[]
}

export interface Clocks {
  timing: Timing
  versions: { prometheus: string; alertmanager: string }
}

/** The clocks of a monitoring that is not ours, as it shows them. @throws FD_FOREIGN_MONITORING, FD_FOREIGN_CLOCKS */
export async function readClocks(
  { prometheus, alertmanager }: { prometheus: Prometheus; alertmanager: Alertmanager },
  services: readonly ForeignService[],
  signal?: AbortSignal,
): Promise<Clocks> {
  const bounded = { timeoutMs: ASK_MS, signal }
  const [[prometheusConfig, flags, targets, alertRules, version], status] = await bothAnswer(
    Promise.all([
      prometheus.config(bounded),
      prometheus.flags(bounded),
      prometheus.targets(bounded),
      prometheus.alertRules(bounded),
      prometheus.version(bounded),
    ]),
    alertmanager.status(bounded),
    signal,
  )
  try {
    const answers = { prometheusConfig, alertmanagerConfig: status.config, flags, targets, alertRules }
    return {
      timing: clocksIn(answers, services),
      versions: { prometheus: version, alertmanager: status.version },
    }
  } catch (error) {
    throw foreignErrors.error('FD_FOREIGN_CLOCKS', {
      message: `the monitoring's clocks cannot be read: ${messageOf(error)}`,
      next: 'firedrill system check shows what is missing',
      cause: error,
    })
  }
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

/**
 * Where several clocks differ, the slowest: a floor and a resolution must not promise more than the monitoring gives. Of
 * Alertmanager's routes the first one counts, from which all others inherit.
 */
export function clocksIn(answers: MonitoringAnswers, services: readonly ForeignService[]): Timing {
  const { flags, targets, alertRules } = answers
  const global = sectionOf(answers.prometheusConfig, 'global')
  const route = sectionOf(answers.alertmanagerConfig, 'route')
  const globalScrapeMs = ms(global.scrape_interval, DEFAULTS.scrape)
  const evaluationMs = ms(global.evaluation_interval, DEFAULTS.evaluation)
  const ours = targets.filter(({ labels }) => services.some((service) => isTargetOf(service, labels)))
  const slowest = (list: readonly number[], otherwise: number) => (list.length === 0 ? otherwise : Math.max(...list))
  const every = (list: readonly ScrapeTarget[]) => list.map(({ everyMs }) => everyMs).filter((each) => each > 0)
  const repeatIntervalMs = ms(route.repeat_interval, ROUTE_DEFAULTS.repeat_interval)
  return {
    scrapeMs: slowest(every(ours), globalScrapeMs),
    exporterScrapeMs: slowest(every(targets), globalScrapeMs),
    evaluationMs,
    livenessEvaluationMs: slowest(
      alertRules.map((rule) => rule.evaluationMs),
      evaluationMs,
    ),
    refusedForMs: 0,
    unresponsiveForMs: 0,
    lookbackMs: ms(flags['query.lookback-delta'], DEFAULTS.lookback),
    groupWaitMs: ms(route.group_wait, ROUTE_DEFAULTS.group_wait),
    groupIntervalMs: ms(route.group_interval, ROUTE_DEFAULTS.group_interval),
    repeatIntervalMs,
    watchdogRepeatMs: repeatIntervalMs,
    alertResendMs: ms(flags['rules.alert.resend-delay'], DEFAULTS.resend),
  }
}

/** One mapping of a configuration. Where it has lines of its own it is read alone: the rest may be very long. */
function sectionOf(config: string, name: string): Record<string, unknown> {
  const lines = config.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(`${name}:`))
  const length = lines.slice(begin + 1).findIndex((line) => /^[^\s#]/.test(line))
  const own = begin < 0 ? lines : lines.slice(begin, length < 0 ? undefined : begin + 1 + length)
  const { value, problems } = parseYamlSource(own.join('\n'))
  if (problems[0] !== undefined) throw new Error(`configuration, ${name}: ${problems[0].message}`)
  return ((value ?? {}) as Record<string, Record<string, unknown> | undefined>)[name] ?? {}
}

function ms(written: unknown, otherwise: number): number {
  return (typeof written === 'string' ? parsePromDuration(written) : undefined) ?? otherwise
}
