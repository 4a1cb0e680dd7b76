import { formatDuration } from '../base/duration.ts'
import { didYouMean } from '../base/file-problem.ts'
import type { Finding, FindingKind, LintRule, RulePart } from './finding.ts'
import { type Knowledge, type KnownSeries, selected } from './knowledge.ts'
import { isNumber, labelsOf } from './labels.ts'
import { refusedOf, templates } from './refused.ts'
import { canHold, comparisonOf, spanOf } from './span.ts'
import {
  childOf,
  type Expression,
  functionOf,
  groupingOf,
  parseExpression,
  partsOf,
  rangeMsOf,
  readSelector,
  walk,
} from './syntax.ts'

/** A window must hold two samples to have a rate. */
const SAMPLES_IN_A_WINDOW = 2

/** All that keeps these rules from ever doing what they are there for. What they record is known to them. */
export function lint(rules: readonly LintRule[], knowledge: Knowledge): Finding[] {
  const series = new Map(knowledge.series)
  const whole = { ...knowledge, series }
  for (const rule of rules) if (!rule.alerts) addRecorded(rule, series, whole)
  return rules.flatMap((rule) => placed(rule, lintRule(rule, whole)))
}

/** Each finding once, with its place in the file: a name may stand several times in one expression. */
function placed(rule: LintRule, findings: readonly Finding[]): Finding[] {
  const keyOf = ({ kind, part, text, message }: Finding) => JSON.stringify([kind, part ?? 'expr', text, message])
  const once = new Map(findings.toReversed().map((finding) => [keyOf(finding), finding]))
  return findings
    .filter((finding) => once.get(keyOf(finding)) === finding)
    .map((finding) => ({ ...finding, ...rule.locate?.(finding.part ?? 'expr', finding.from) }))
}

/**
 * A series that is recorded from others, rules of earlier groups first. Which ones there are at the moment says nothing: a
 * ratio is recorded once there is traffic.
 */
function addRecorded(rule: LintRule, series: Map<string, KnownSeries>, knowledge: Knowledge): void {
  const made = labelsOf(topOf(parseExpression(rule.expr)), knowledge)
  const { sets: _, ...before }: Partial<KnownSeries> = series.get(rule.name) ?? {}
  const labels = new Set([...(before.labels ?? []), ...(made ?? []), ...Object.keys(rule.labels)])
  series.set(rule.name, { everyMs: rule.evaluationMs, ...before, labels })
}

const topOf = (tree: Expression): Expression => partsOf(tree)[0] ?? tree

function lintRule(rule: LintRule, knowledge: Knowledge): Finding[] {
  const findings: Finding[] = rule.loaded ? [] : refusedOf(rule)
  const note: Note = (kind, { from, to, text }, message, next, part) =>
    findings.push({
      kind,
      rule: rule.name,
      group: rule.group,
      ...(part && { part }),
      from,
      to,
      text,
      message,
      ...(next && { next }),
    })

  const tree = parseExpression(rule.expr)
  // Of a newer Prometheus, an expression that is loaded may be one that cannot be read here.
  const isBroken = [...walk(tree)].some(({ name }) => name === '⚠')
  if (isBroken || findings.some(({ part }) => part === 'expr')) return findings
  if (rule.forMs > knowledge.retentionMs) {
    const kept = formatDuration(knowledge.retentionMs)
    note('endless wait', topOf(tree), `must hold for ${formatDuration(rule.forMs)}, and samples are kept for ${kept}`)
  }
  const check = (node: Expression, absence: boolean): void => {
    if (node.name === 'VectorSelector') checkSelector(node, absence, knowledge, note)
    if (node.name === 'MatrixSelector') checkWindow(node, knowledge, note)
    if (node.name === 'AggregateExpr') {
      checkNames(groupingOf(childOf(node, 'AggregateModifier')), partsOf(node).slice(-1), knowledge, note)
    }
    if (node.name === 'BinaryExpr') checkBinary(node, knowledge, note)
    const inAbsence = absence || /^absent/.test(functionOf(node) ?? '')
    for (const part of partsOf(node)) check(part, inAbsence)
  }
  check(tree, false)
  checkTemplates(rule, tree, knowledge, note)
  return findings
}

type Note = (
  kind: FindingKind,
  at: Pick<Expression, 'from' | 'to' | 'text'>,
  message: string,
  next?: string,
  part?: RulePart,
) => void

function checkSelector(node: Expression, absence: boolean, knowledge: Knowledge, note: Note): void {
  const { metric, matchers } = readSelector(node)
  if (metric === undefined) return
  const known = knowledge.series.get(metric)
  if (known === undefined) {
    note('unknown series', node, `there is no series ${metric}`, didYouMean(metric, [...knowledge.series.keys()]))
    return
  }
  const wrong = matchers.filter(({ label }) => !known.labels.has(label))
  for (const { label, at } of wrong) {
    note('unknown label', at, `${metric} has no label ${label}`, meant(label, known.labels))
  }
  if (wrong.length === 0 && !absence && selected(known, matchers)?.length === 0) {
    note('no such series now', node, `${metric} is there, but not with these labels`)
  }
}

function checkWindow(matrix: Expression, knowledge: Knowledge, note: Note): void {
  const selector = [...walk(matrix)].find(({ name }) => name === 'VectorSelector')
  const rangeMs = rangeMsOf(matrix)
  if (selector === undefined || rangeMs === undefined) return
  const { metric = '', matchers } = readSelector(selector)
  const known = knowledge.series.get(metric)
  if (known === undefined) return
  const everyMs = Math.max(known.everyMs, ...(selected(known, matchers) ?? []).map((one) => one.everyMs))
  if (rangeMs >= SAMPLES_IN_A_WINDOW * everyMs) return
  const message = `a window of ${formatDuration(rangeMs)} over samples that come every ${formatDuration(everyMs)}`
  note(
    'narrow window',
    matrix,
    message,
    `at least ${formatDuration(SAMPLES_IN_A_WINDOW * everyMs)}; four times the interval is safe`,
  )
}

/** Labels that are grouped or matched by must be on every side; one that is on none groups nothing. */
function checkNames(
  names: readonly Expression[],
  sides: readonly Expression[],
  knowledge: Knowledge,
  note: Note,
): void {
  for (const side of sides) {
    const labels = labelsOf(side, knowledge)
    if (labels === undefined) continue
    for (const name of names) {
      if (!labels.has(name.text))
        note('unknown label', name, `no series here has a label ${name.text}`, meant(name.text, labels))
    }
  }
}

function checkBinary(node: Expression, knowledge: Knowledge, note: Note): void {
  const [left, right] = partsOf(node)
  if (left === undefined || right === undefined) return
  const clause = childOf(node, 'MatchingModifierClause')
  const matching = clause?.children.find(({ name }) => name === 'GroupingLabels')
  if (clause !== undefined && childOf(clause, 'On') !== undefined) {
    checkNames(groupingOf(matching), [left, right], knowledge, note)
  }
  const comparison = comparisonOf(node)
  if (comparison === undefined || childOf(node, 'BoolModifier') !== undefined || isNumber(left)) return
  const span = spanOf(left)
  if (canHold(span, comparison, spanOf(right))) return
  note('impossible', node, `the left side lies between ${span.min} and ${span.max}: this never holds`)
}

/** Templates see the labels of the result, not those that the rule adds. */
function checkTemplates(rule: LintRule, tree: Expression, knowledge: Knowledge, note: Note): void {
  const labels = labelsOf(topOf(tree), knowledge)
  if (labels === undefined || !rule.alerts) return
  for (const [part, text] of templates(rule)) {
    const place = part.slice(part.indexOf('.') + 1)
    for (const found of text.matchAll(/\$labels\.(\w+)/g)) {
      const name = found[1] ?? ''
      if (labels.has(name)) continue
      const at = { from: found.index, to: found.index + found[0].length, text: found[0] }
      note('unknown label', at, `${place}: the result has no label ${name}`, meant(name, labels), part)
    }
  }
}

function meant(label: string, labels: ReadonlySet<string>): string | undefined {
  const names = [...labels].sort()
  return didYouMean(label, names) ?? (names.length === 0 ? undefined : `known: ${names.join(', ')}`)
}
