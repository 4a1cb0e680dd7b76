import { parseDuration } from '../base/units/duration.ts'
import { parseSampleValue } from './sample-value.ts'

/** What Prometheus answers of its rules, and the state of each alert rule in it. */

/** Every alert rule of these groups with its state, and what of it is active. */
export function alertStatesOf(groups: readonly RuleGroup[]): AlertRuleState[] {
  return groups.flatMap((group) =>
    group.rules.filter(({ type }) => type === 'alerting').map((rule) => stateOf(group, rule)),
  )
}

/** How often the rules of a group are evaluated, in milliseconds. */
export function groupIntervalMs({ interval }: Pick<RuleGroup, 'interval'>): number {
  return typeof interval === 'string' ? (parseDuration(interval) ?? 0) : interval * 1_000
}

/** The groups of replicas: those that are the same once. */
export function joinGroups(answers: readonly (readonly RuleGroup[])[]): RuleGroup[] {
  const [first = [], ...others] = answers
  if (others.length === 0) return [...first]
  return [...new Map(answers.flat().map((group) => [definitionOf(group), group])).values()]
}

function definitionOf({ name, interval, rules }: RuleGroup): string {
  return JSON.stringify([
    name,
    interval,
    rules.map(({ name, query, duration, labels }) => [name, query, duration, labels]),
  ])
}

type Texts = Record<string, string>

/** An alert rule as it was last evaluated. Durations in milliseconds, moments in epoch milliseconds. */
export interface AlertRuleState {
  group: string
  name: string
  expr: string
  forMs: number
  evaluationMs: number
  labels: Texts
  annotations: Texts
  /** Why its last evaluation failed; empty when it did not. */
  lastError: string
  /** Missing before the first evaluation. */
  evaluatedAtMs?: number
  active: { labels: Texts; annotations: Texts; state: 'pending' | 'firing'; activeAtMs: number; value: number }[]
}

/** A group as it is answered; the interval in seconds, or, by older versions of vmalert, as a text: "30s". */
export interface RuleGroup {
  name: string
  interval: number | string
  rules: Rule[]
}

interface Rule {
  type: string
  name: string
  query: string
  duration?: number
  labels?: Texts
  annotations?: Texts
  lastError?: string
  lastEvaluation?: string
  alerts?: { labels: Texts; annotations?: Texts; state: string; activeAt: string; value?: string }[]
}

function stateOf(group: RuleGroup, rule: Rule): AlertRuleState {
  const { name, query, duration = 0, labels = {}, annotations = {}, lastError = '', lastEvaluation, alerts = [] } = rule
  const evaluatedAtMs = Date.parse(lastEvaluation ?? '')
  return {
    group: group.name,
    name,
    expr: query,
    forMs: duration * 1_000,
    evaluationMs: groupIntervalMs(group),
    labels,
    annotations,
    lastError,
    // Before the first evaluation it is the year 1.
    ...(evaluatedAtMs > 0 ? { evaluatedAtMs } : {}),
    active: alerts.flatMap(({ labels: own, state, activeAt, value = 'NaN', annotations: rendered = {} }) =>
      state === 'pending' || state === 'firing'
        ? [
            {
              labels: own,
              annotations: rendered,
              state,
              activeAtMs: Date.parse(activeAt),
              value: parseSampleValue(value),
            },
          ]
        : [],
    ),
  }
}
