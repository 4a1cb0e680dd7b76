import { formatDuration, parsePromDuration } from '../../base/units/duration.ts'
import { yamlSection } from '../../base/yaml/yaml-section.ts'
import type { AlertRule, ScrapeTarget } from '../../probes/prometheus.ts'
import type { Timing } from '../../stack/profile.ts'
import { type ForeignSystem, isTargetOf } from '../file/foreign-system.ts'

/** The clocks in what a monitoring shows of itself. */

/** Prometheus' and Alertmanager's own defaults, in milliseconds. */
const DEFAULTS = { scrape: 60_000, evaluation: 60_000, lookback: 300_000, resend: 60_000 } as const
const ROUTE_DEFAULTS = { group_wait: 30_000, group_interval: 300_000, repeat_interval: 4 * 3_600_000 } as const

/** What the monitoring answers about itself; `undefined` is what it does not show. */
export interface MonitoringAnswers {
  /** Prometheus' configuration and Alertmanager's, as YAML. */
  prometheusConfig: string | undefined
  alertmanagerConfig: string | undefined
  flags: Readonly<Record<string, string>> | undefined
  targets: readonly ScrapeTarget[]
  alertRules: readonly AlertRule[]
}

export interface ClockReading {
  /** Missing when a clock is neither shown nor stated. */
  timing?: Timing
  missing: MissingClock[]
  /** Clocks that decide no figure, and of which a default is taken; in sentences. */
  assumed: string[]
  /** Where each clock is from that decides figures: `scrape 15.0 s (targets)`. */
  sources: string[]
}

export interface MissingClock {
  /** In `clocks` of the description. */
  key: 'scrape' | 'evaluation' | 'groupWait'
  what: string
  example: string
}

/** A clock, and where it was found. */
interface Found {
  ms: number | undefined
  from: string
}

/**
 * What is shown counts; what is not shown can be stated in the description; what is neither is missing, and is never guessed. Where
 * several clocks differ, the slowest: a floor and a resolution must not promise more than the monitoring gives. Of Alertmanager's
 * routes the first one counts, from which all others inherit.
 */
export function clocksIn(
  answers: MonitoringAnswers,
  { services, clocks }: Pick<ForeignSystem, 'services' | 'clocks'>,
): ClockReading {
  const { flags, targets, alertRules } = answers
  const global = sectionOf(answers.prometheusConfig, 'global')
  const route = sectionOf(answers.alertmanagerConfig, 'route')
  const ours = targets.filter(({ labels }) => services.some((service) => isTargetOf(service, labels)))
  const every = (list: readonly ScrapeTarget[]) => slowest(list.map(({ everyMs }) => everyMs))
  const globalMs = (name: string, otherwise: number) => (global === undefined ? undefined : ms(global[name], otherwise))
  const routeMs = (name: keyof typeof ROUTE_DEFAULTS) => ms(route?.[name], ROUTE_DEFAULTS[name])
  const configured = globalMs('scrape_interval', DEFAULTS.scrape)
  const scrape = firstOf([every(ours), 'targets'], [configured, 'configuration'], [clocks.scrapeMs, 'firedrill.yaml'])
  const rules = firstOf(
    [slowest(alertRules.map(({ evaluationMs }) => evaluationMs)), 'rules'],
    [globalMs('evaluation_interval', DEFAULTS.evaluation), 'configuration'],
    [clocks.evaluationMs, 'firedrill.yaml'],
  )
  const groupWait = firstOf(
    [route === undefined ? undefined : routeMs('group_wait'), 'Alertmanager'],
    [clocks.groupWaitMs, 'firedrill.yaml'],
  )
  const missing = MISSING.filter(({ key }) => ({ scrape, evaluation: rules, groupWait })[key].ms === undefined)
  const sources = Object.entries({ scrape, rules, 'group wait': groupWait }).map(([name, { ms, from }]) =>
    ms === undefined
      ? `${name} not known`
      : `${name} ${formatDuration(ms)}${from === 'firedrill.yaml' ? ' (firedrill.yaml)' : ''}`,
  )
  const lookbackMs = ms(flags?.['query.lookback-delta'], DEFAULTS.lookback)
  const alertResendMs = ms(flags?.['rules.alert.resend-delay'], DEFAULTS.resend)
  const assumed = flags === undefined || Object.keys(flags).length === 0 ? [assumption(lookbackMs)] : []
  if (scrape.ms === undefined || rules.ms === undefined || groupWait.ms === undefined) {
    return { missing, assumed, sources }
  }
  const repeatIntervalMs = routeMs('repeat_interval')
  const timing: Timing = {
    scrapeMs: scrape.ms,
    exporterScrapeMs: every(targets) ?? configured ?? scrape.ms,
    evaluationMs: globalMs('evaluation_interval', DEFAULTS.evaluation) ?? clocks.evaluationMs ?? rules.ms,
    livenessEvaluationMs: rules.ms,
    refusedForMs: 0,
    unresponsiveForMs: 0,
    lookbackMs,
    groupWaitMs: groupWait.ms,
    groupIntervalMs: routeMs('group_interval'),
    repeatIntervalMs,
    watchdogRepeatMs: repeatIntervalMs,
    alertResendMs,
  }
  return { timing, missing, assumed, sources }
}

const MISSING: readonly MissingClock[] = [
  { key: 'scrape', what: 'how often the services are scraped', example: '15s' },
  { key: 'evaluation', what: 'how often rules are evaluated', example: '15s' },
  { key: 'groupWait', what: 'how long Alertmanager waits for more alerts of a group', example: '30s' },
]

function assumption(lookbackMs: number): string {
  return `how far back queries look is not shown: ${formatDuration(lookbackMs)}, as Prometheus does by default`
}

/** The first that is known. */
function firstOf(...places: [number | undefined, string][]): Found {
  const [ms, from] = places.find(([found]) => found !== undefined) ?? [undefined, '']
  return { ms, from }
}

/** Of those that are known. */
function slowest(list: readonly number[]): number | undefined {
  const known = list.filter((each) => each > 0)
  return known.length === 0 ? undefined : Math.max(...known)
}

function sectionOf(config: string | undefined, name: string): Record<string, unknown> | undefined {
  if (config === undefined) return undefined
  const section = yamlSection(config, name)
  if ('problem' in section) throw new Error(`configuration, ${section.problem}`)
  return section.value
}

function ms(written: unknown, otherwise: number): number {
  return (typeof written === 'string' ? parsePromDuration(written) : undefined) ?? otherwise
}
