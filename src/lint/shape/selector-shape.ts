import { defined } from '../../base/defined.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import type { Matcher } from '../../promql/expression.ts'
import { type Expression, readSelector } from '../../promql/expression.ts'
import type { Knowledge, KnownSeries } from '../knowledge/knowledge.ts'
import { own } from '../knowledge/prometheus-series.ts'
import { type Problem, problem, suggestion } from '../problem.ts'
import {
  type LabelSet,
  labelSet,
  mayHave,
  NAME,
  narrowed,
  possibleNames,
  UNKNOWN,
  valuesOf,
  withValues,
} from './label-set.ts'
import { ANY, accepts, fittingMatcher, isNever, type LabelValues, meet, oneOf } from './label-values.ts'
import { type Scope, type Shape, vector } from './shape.ts'

/** The shape of a selector: what it can select, or why it selects nothing. */
export function shapeOfSelector(node: Expression, { knowledge, note }: Scope): Shape {
  const { metric, matchers } = readSelector(node)
  const wanted = new Map<string, LabelValues>()
  for (const matcher of matchers) {
    const values = meet(wanted.get(matcher.label) ?? ANY, fittingMatcher(matcher))
    if (isNever(values)) {
      const both = matchers.filter(({ label }) => label === matcher.label).map(({ at }) => at.text)
      const never = problem('impossible', node, `no value of ${matcher.label} fits ${both.join(' and ')}`)
      note(never)
      return { ...vector([UNKNOWN]), never: [never] }
    }
    wanted.set(matcher.label, values)
  }
  const named = (sets: readonly LabelSet[]) =>
    metric === undefined ? sets : sets.map((set) => withValues(set, NAME, oneOf(metric)))
  const unknown = vector(named([narrowed(UNKNOWN, wanted) ?? UNKNOWN]))
  if (metric === undefined) return unknown
  const known = knownSeries(metric, knowledge)
  if (known === undefined) {
    if (knowledge.open === true) return unknown
    const next = didYouMean(metric, [...knowledge.series.keys()])
    const never = { ...problem('unknown series', node, `there is no series ${metric}`), ...defined({ next }) }
    return { ...unknown, never: [never] }
  }
  const sets = variantsOf(known).flatMap((set) => narrowed(set, wanted) ?? [])
  const selector = { node, metric, matchers, known }
  const never = sets.length === 0 ? whyEmpty(selector) : whyEmptyNow(selector, knowledge)
  const everyMs = Math.max(known.everyMs, ...(selected(known, matchers) ?? []).map(({ everyMs: ms }) => ms))
  return {
    ...vector(named(sets.length === 0 ? [UNKNOWN] : sets), known.span),
    everyMs,
    ...(known.lastBound !== undefined && { lastBound: known.lastBound }),
    ...(never.length > 0 && { never }),
  }
}

export const knownSeries = (metric: string, knowledge: Knowledge): KnownSeries | undefined =>
  own[metric] ?? knowledge.series.get(metric)

export const variantsOf = ({ variants, labels }: KnownSeries): readonly LabelSet[] =>
  variants ?? [labelSet([...labels].map((label) => [label, ANY]))]

/** Why a selector never selects a series. */
function whyEmpty({ node, metric, matchers, known: series }: Selector): Problem[] {
  const variants = variantsOf(series)
  const lone = (matcher: Placed) => variants.some((set) => fits(set, [matcher]))
  const wrong = matchers.filter((matcher) => !lone(matcher))
  if (wrong.length === 0) {
    return [problem('unknown value', node, `${metric} is there, but not with these labels together`)]
  }
  return wrong.map(({ label, value, at: place }) => {
    if (!variants.some((set) => mayHave(set, label))) {
      const next = suggestion(label, possibleNames(...variants))
      return { ...problem('unknown label', place, `${metric} has no label ${label}`), ...defined({ next }) }
    }
    const values = variants.map((set) => valuesOf(set, label).only)
    const known = new Set(values.flatMap((only) => [...(only ?? [])]))
    const next = values.includes(undefined) ? undefined : suggestion(value, known)
    return { ...problem('unknown value', place, `${metric} is not there with this ${label}`), ...defined({ next }) }
  })
}

/**
 * Where a Prometheus can be asked: whether any target has these labels now. A label that targets do not have says nothing: no
 * request may have failed yet.
 */
function whyEmptyNow({ node, metric, matchers, known }: Selector, { targets = [] }: Knowledge): Problem[] {
  const ofTargets = matchers.filter(({ label }) => targets.some((target) => target[label] !== undefined))
  const has = (labels: Readonly<Record<string, string>>) =>
    ofTargets.every((matcher) => accepts(fittingMatcher(matcher), labels[matcher.label] ?? ''))
  if (ofTargets.length === 0 || known.sets === undefined) return []
  if (targets.some(has) || known.sets.some(({ labels }) => has(labels))) return []
  return [problem('no such series now', node, `${metric} is there, but no target has these labels now`)]
}

const fits = (set: LabelSet, matchers: readonly Matcher[]): boolean =>
  matchers.every((matcher) => !isNever(meet(valuesOf(set, matcher.label), fittingMatcher(matcher))))

/** The label sets that a selector selects; `undefined` where they are not known. */
function selected(known: KnownSeries, matchers: readonly Matcher[]): KnownSeries['sets'] {
  const tests = matchers.map((matcher) => ({ label: matcher.label, values: fittingMatcher(matcher) }))
  return known.sets?.filter(({ labels }) => tests.every(({ label, values }) => accepts(values, labels[label] ?? '')))
}

/**
 * The labels of an absence. Prometheus evaluates a rule as it prints it, with the matchers in the order of their texts, and the
 * query of a template as it was written.
 */
export function labelsOfAbsence(node: Expression): LabelSet {
  const { matchers } = readSelector(node)
  const textOf = ({ operator, value }: Matcher) => operator + JSON.stringify(value)
  const ofRule = absent(matchers.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)))
  const ofQuery = absent(matchers)
  const labels = new Set([...ofRule.keys(), ...ofQuery.keys()])
  return labelSet([...labels].map((label) => [label, oneOf(ofRule.get(label) ?? '', ofQuery.get(label) ?? '')]))
}

/** The first `=` of a label sets it, any other matcher removes it, unless it stands before the first. */
function absent(matchers: readonly Matcher[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  const asked = new Set<string>()
  for (const { label, operator, value } of matchers) {
    if (operator === '=' && !asked.has(label)) labels.set(label, value)
    else labels.delete(label)
    if (operator === '=') asked.add(label)
  }
  return labels
}

type Placed = Matcher & { at: Expression }

interface Selector {
  node: Expression
  metric: string
  matchers: readonly Placed[]
  known: KnownSeries
}
