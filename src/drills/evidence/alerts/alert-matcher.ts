import { compileRegex, isRegex } from '../../../base/text/linear-regex.ts'
import type { Labels } from '../../../probes/prometheus.ts'
import { type Matcher, matchersOf, parseExpression, walk } from '../../../promql/expression.ts'

/** A set of alerts as a file names it: a name, matchers between braces, or both. */
export interface AlertMatcher {
  /** As it is written. */
  text: string
  /** The name of the alerts, where it is written before the braces. */
  name?: string
  matches(labels: Labels): boolean
}

export const ALERT_MATCHER_EXPECTED =
  'the name of an alert, matchers or both: KubeSchedulerDown, TargetDown{job="kube-proxy"}, {severity="info"}'

/** Reads `Name`, `Name{label="value"}` or `{label=~"RE2"}`; what is written between braces is PromQL. Undefined when it is neither. */
export function parseAlertMatcher(text: string): AlertMatcher | undefined {
  const brace = text.indexOf('{')
  const name = (brace === -1 ? text : text.slice(0, brace)).trim()
  const matchers = brace === -1 ? [] : readMatchers(text.slice(brace))
  if (matchers === undefined || (name === '' && matchers.length === 0)) return undefined
  const matches = (labels: Labels) => (name === '' || labels.alertname === name) && matchers.every((one) => one(labels))
  return name === '' ? { text, matches } : { text, name, matches }
}

type LabelTest = (labels: Labels) => boolean

function readMatchers(selector: string): LabelTest[] | undefined {
  const { children } = parseExpression(selector)
  const [only, second] = children
  if (only?.name !== 'VectorSelector' || second !== undefined) return undefined
  const names = [...walk(only)].map(({ name }) => name)
  if (names.includes('⚠') || names.includes('QuotedLabelName') || names.includes('QuotedLabelMatcher')) return undefined
  const tests = matchersOf(only).map(testOf)
  return tests.every((one) => one !== undefined) ? tests : undefined
}

/** A label that an alert does not have is empty, as in Prometheus. */
function testOf({ label, operator, value }: Matcher): LabelTest | undefined {
  if (operator === '=') return (labels) => (labels[label] ?? '') === value
  if (operator === '!=') return (labels) => (labels[label] ?? '') !== value
  const regex = isRegex(value) ? compileRegex(`^(?:${value})$`) : undefined
  if (regex === undefined) return undefined
  const wanted = operator === '=~'
  return (labels) => regex.test(labels[label] ?? '') === wanted
}
