import { messageOf } from '../../../base/errors.ts'
import type { Series } from '../../../probes/prometheus.ts'
import {
  type AlertHistoryView,
  type AlertRuleHistoryView,
  type AlertRuleView,
  type AlertsView,
  type ConditionView,
  type JudgedView,
  MOST_SERIES,
  type Proof,
  type RuleGraph,
} from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import { readSpans } from './alert-spans.ts'
import type { MonitoringLink } from './monitoring-link.ts'
import { judged, RuleValues, strengthOf } from './rule-values.ts'
import { ruleViews, unknownState } from './rule-view.ts'
import { namesOf } from './series-names.ts'
import { SharedAnswers } from './shared-answers.ts'
import { type Grid, gridOf } from './spans.ts'

/** Alerts and their rules, for all pages together. */

const PROBE = { timeoutMs: 3_000 }
const FRESH_MS = 1_000
/** Rules and ranges that are looked at at one time. */
const MOST_HISTORIES = 64
/** Of one rule: burn-rate alerts have six. */
const MOST_CONDITIONS = 12
const NO_VALUES: ReadonlyMap<string, JudgedView> = new Map()
/** Points of a graph, and spans of a lane, that a screen can show. */
const GRID = { steps: 300, leastMs: 500 }

export class AlertStates {
  readonly #link: MonitoringLink
  readonly #proofs: () => Promise<ReadonlyMap<string, readonly Proof[]>>
  readonly #values: RuleValues
  readonly #view = new SharedAnswers<AlertsView>(FRESH_MS)
  readonly #history = new SharedAnswers<AlertHistoryView>(FRESH_MS, MOST_HISTORIES)
  readonly #rule = new SharedAnswers<AlertRuleHistoryView>(FRESH_MS, MOST_HISTORIES)
  /** Rules do not vanish because Prometheus is down. */
  #known: readonly AlertRuleView[] = []

  /** @param proofs The runs in which each alert fired, by its name, the latest first. */
  constructor(link: MonitoringLink, proofs: () => Promise<ReadonlyMap<string, readonly Proof[]>>) {
    this.#link = link
    this.#proofs = proofs
    this.#values = new RuleValues(() => link.prometheus)
  }

  view(): Promise<AlertsView> {
    return this.#view.of('all', () => this.#look())
  }

  /** What was active in the last `rangeMs`. */
  history(rangeMs: number, nowMs: number): Promise<AlertHistoryView> {
    const grid = gridOf(nowMs, rangeMs, GRID)
    return this.#history.of(`${rangeMs} ${grid.toMs}`, () => readSpans(this.#link.prometheus, grid))
  }

  /**
   * One rule, and what it was judged by in the last `rangeMs`.
   * @throws FD_ALERT_UNKNOWN
   */
  async rule(id: string, rangeMs: number, nowMs: number): Promise<AlertRuleHistoryView> {
    const { rules } = await this.view()
    const rule = rules.find((one) => one.id === id)
    if (rule === undefined) {
      throw apiErrors.error('FD_ALERT_UNKNOWN', {
        message: `there is no alert rule ${id}`,
        next: 'the page Alerts of the console lists them',
      })
    }
    const grid = gridOf(nowMs, rangeMs, GRID)
    return this.#rule.of(`${id} ${rangeMs} ${grid.toMs}`, () => this.#graph(rule, grid))
  }

  async #look(): Promise<AlertsView> {
    const problems: string[] = []
    const unless = async <T>(what: string, without: T, ask: () => Promise<T>): Promise<T> => {
      try {
        return await ask()
      } catch (error) {
        problems.push(`${what}: ${messageOf(error)}`)
        return without
      }
    }
    const asked = unless('prometheus', undefined, () => this.#link.prometheus.alertStates(PROBE))
    const [states, suppressed, silences, proofs, mains] = await Promise.all([
      asked,
      unless('alertmanager', [], () => this.#link.alertmanager.suppressed(PROBE)),
      unless('silences', [], () => this.#link.alertmanager.silences(PROBE)),
      unless('journals', new Map<string, Proof[]>(), this.#proofs),
      // The values are read while the journals are.
      asked.then((found = []) => unless('values', NO_VALUES, () => this.#values.mainOf(found.map(({ expr }) => expr)))),
    ])
    if (states === undefined) return { rules: this.#known.map(unknownState), problems: problems.sort() }
    this.#known = ruleViews(states, { suppressed, silences, mains, proofs })
    return { rules: [...this.#known], problems: problems.sort() }
  }

  async #graph(rule: AlertRuleView, grid: Grid): Promise<AlertRuleHistoryView> {
    const { prometheus } = this.#link
    const conditions = (await this.#values.conditionsOf(rule.expr)).slice(0, MOST_CONDITIONS)
    const range = { startMs: grid.fromMs, endMs: grid.toMs, stepMs: grid.stepMs }
    const timesMs = timesOf(grid)
    const [spans, proofs, ...series] = await Promise.all([
      readSpans(prometheus, grid, rule.name),
      this.#proofs(),
      ...conditions.map(({ expr }) => prometheus.range(expr, range, PROBE).catch(() => [])),
    ])
    return {
      rule,
      fromMs: grid.fromMs,
      toMs: grid.toMs,
      timesMs,
      conditions: conditions.map((condition, at) => graphOf(condition, series[at] ?? [], timesMs)),
      alerts: spans.alerts.filter(({ labels }) =>
        Object.entries(rule.labels).every(([name, value]) => labels[name] === value),
      ),
      faults: spans.faults,
      proofs: [...(proofs.get(rule.name) ?? [])],
    }
  }
}

function timesOf({ fromMs, toMs, stepMs }: Grid): number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, (_, at) => fromMs + at * stepMs)
}

/** The series that are the nearest to the bound, each with a value or null for every time. */
function graphOf(condition: ConditionView, all: readonly Series[], timesMs: readonly number[]): RuleGraph {
  const strongest = ({ samples }: Series) =>
    samples.reduce((most, { value }) => {
      const strength = strengthOf(condition, value)
      return strength > most ? strength : most
    }, Number.NEGATIVE_INFINITY)
  const shown = all.toSorted((a, b) => strongest(b) - strongest(a)).slice(0, MOST_SERIES)
  const names = namesOf(shown.map(({ labels }) => labels))
  const last = timesMs.at(-1) ?? 0
  const values = all.flatMap(({ samples }) => samples.filter(({ atMs }) => atMs === last).map(({ value }) => value))
  return {
    ...judged(condition, values),
    series: shown.map(({ samples }, at) => {
      const byTime = new Map(samples.map(({ atMs, value }) => [atMs, value]))
      return {
        name: names[at] ?? '',
        values: timesMs.map((ms) => {
          const value = byTime.get(ms)
          return value !== undefined && Number.isFinite(value) ? value : null
        }),
      }
    }),
    leftOut: all.length - shown.length,
  }
}
