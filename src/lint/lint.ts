import { defined } from '../base/defined.ts'
import { type Expression, parseExpression, partsOf, walk } from '../promql/expression.ts'
import type { LintFinding, LintRule, RulePart } from './finding.ts'
import type { Knowledge, KnownSeries } from './knowledge/knowledge.ts'
import { type Problem, problem, suggestion } from './problem.ts'
import { refusedOf, templates } from './refused.ts'
import { labelsIn, printsValue } from './rules/template-labels.ts'
import { evaluate } from './shape/evaluate.ts'
import { type LabelSet, mayHave, NAME, namesIn, possibleNames, UNKNOWN, withValues } from './shape/label-set.ts'
import { MISSING, oneOf } from './shape/label-values.ts'
import { variantsOf } from './shape/selector-shape.ts'
import type { Shape } from './shape/shape.ts'
import { ANYTHING, hull, type Span } from './shape/span.ts'

/**
 * Everything that keeps these rules from ever working. Series that they record are known. `shapes` gets what is certain about the
 * result of each rule's expression.
 */
export function lint(
  rules: readonly LintRule[],
  knowledge: Knowledge,
  shapes = new Map<LintRule, Shape>(),
): LintFinding[] {
  const whole = knowledgeWith(rules, knowledge)
  return rules.flatMap((rule) => placed(rule, rule.loaded ? [] : refusedOf(rule), { ...whole, shapes }))
}

/** What is known with the series that these rules record. */
export function knowledgeWith(rules: readonly LintRule[], knowledge: Knowledge): Knowledge {
  return { ...knowledge, series: withRecorded(rules, knowledge) }
}

/** What is known, and where shapes are kept that were found. */
type Known = Knowledge & { shapes: Map<LintRule, Shape> }

/** Each finding once, with its place in the file: a name may occur several times in one expression. */
function placed(rule: LintRule, refused: readonly LintFinding[], knowledge: Known): LintFinding[] {
  // A newer Prometheus may have loaded an expression that cannot be read here.
  const isRefused = refused.some(({ part }) => part === 'expr')
  const problems = isRefused ? [] : problemsOf(rule, knowledge)
  const findings = [...refused, ...problems.map((found) => ({ ...found, rule: rule.name, group: rule.group }))]
  const keyOf = ({ kind, part, text, message }: LintFinding) => JSON.stringify([kind, part ?? 'expr', text, message])
  const once = new Map(findings.toReversed().map((finding) => [keyOf(finding), finding]))
  return findings
    .filter((finding) => once.get(keyOf(finding)) === finding)
    .map((finding) => ({ ...finding, ...rule.locate?.(finding.part ?? 'expr', finding.from) }))
}

/**
 * Series that are recorded from others, rules of earlier groups first. Which of them exist at the moment says nothing: a ratio is
 * recorded once there is traffic. Of series that are recorded later, also by another rule of the same name, only the name is known.
 */
function withRecorded(rules: readonly LintRule[], knowledge: Knowledge): ReadonlyMap<string, KnownSeries> {
  const recording = rules.filter(({ alerts }) => !alerts)
  const series = new Map(knowledge.series)
  for (const { name, evaluationMs } of recording) {
    series.set(name, { labels: new Set(), everyMs: evaluationMs, variants: [UNKNOWN] })
  }
  const whole = { ...knowledge, series }
  const made = new Map<string, KnownSeries>()
  const last = new Map(recording.map((rule) => [rule.name, rule]))
  for (const rule of recording) {
    const { sets, span } = recorded(rule, whole)
    const scraped = knowledge.series.get(rule.name)
    const before = made.get(rule.name) ?? (scraped && { ...scraped, variants: variantsOf(scraped) })
    const variants = [...(before?.variants ?? []), ...sets]
    const known: KnownSeries = {
      labels: namesIn(...variants),
      everyMs: before?.everyMs ?? rule.evaluationMs,
      variants,
      span: before === undefined ? span : hull(before.span ?? ANYTHING, span),
    }
    made.set(rule.name, known)
    if (last.get(rule.name) === rule) series.set(rule.name, known)
  }
  return series
}

function recorded(rule: LintRule, knowledge: Knowledge): { sets: readonly LabelSet[]; span: Span } {
  const tree = parseExpression(rule.expr)
  const { shape } = evaluate(topOf(tree), knowledge, rule.evaluationMs)
  if (isBroken(tree) || shape.never !== undefined) return { sets: [UNKNOWN], span: ANYTHING }
  const added = [
    [NAME, MISSING] as const,
    ...Object.entries(rule.labels).map(([name, text]) => [name, oneOf(text)] as const),
  ]
  const sets = shape.sets.map((set) => added.reduce((made, [name, values]) => withValues(made, name, values), set))
  return { sets, span: shape.span }
}

const topOf = (tree: Expression): Expression => partsOf(tree)[0] ?? tree
const isBroken = (tree: Expression): boolean => [...walk(tree)].some(({ name }) => name === '⚠')

function problemsOf(rule: LintRule, { shapes, ...knowledge }: Known): Problem[] {
  const tree = parseExpression(rule.expr)
  if (isBroken(tree)) return []
  const { shape, problems } = evaluate(topOf(tree), knowledge, rule.evaluationMs)
  shapes.set(rule, shape)
  const found = [...problems, ...(shape.never ?? [])].sort((a, b) => a.from - b.from)
  return rule.alerts ? [...found, ...templateProblems(rule, shape, knowledge)] : found
}

/** Templates see the labels of the result, not those that the rule adds. */
function templateProblems(rule: LintRule, shape: Shape, knowledge: Knowledge): Problem[] {
  const missing = templates(rule).flatMap(([part, text]) =>
    labelsIn(text).flatMap(({ label, at, query }): Problem[] => {
      const sets = query === undefined ? shape.sets : setsOf(query, knowledge)
      if (sets.some((set) => mayHave(set, label))) return []
      const of = query === undefined ? 'the result' : 'the result of the query'
      const message = `${nameOf(part)}: ${of} has no label ${label}`
      const next = suggestion(label, possibleNames(...sets))
      return [{ ...problem('unknown label', at, message), ...defined({ next }), part }]
    }),
  )
  return [...missing, ...changingLabels(rule, shape)]
}

/** Name of a label or an annotation. */
const nameOf = (part: RulePart): string => part.slice(part.indexOf('.') + 1)

/** An alert is identified by its labels: with each value another alert begins to wait, and none of them waits long enough. */
function changingLabels(rule: LintRule, { span }: Shape): Problem[] {
  if (rule.forMs === 0 || span.min === span.max) return []
  return templates({ ...rule, annotations: {} }).flatMap(([part, text]): Problem[] => {
    const action = printsValue(text)
    if (action === undefined) return []
    const message = `${nameOf(part)}: with each new value another alert begins to wait for its time`
    return [{ ...problem('changing label', action, message), next: 'put the value into an annotation', part }]
  })
}

function setsOf(query: string, knowledge: Knowledge): readonly LabelSet[] {
  const tree = parseExpression(query)
  const { shape } = evaluate(topOf(tree), knowledge, 0)
  return isBroken(tree) || shape.never !== undefined ? [UNKNOWN] : shape.sets
}
