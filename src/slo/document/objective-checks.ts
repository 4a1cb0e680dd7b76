import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { show } from '../../base/schema/schema-check.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { checkPromql } from '../../promql/check.ts'
import { checkTemplate } from '../../promql/template/check.ts'
import { whyNotCountable } from '../increments.ts'
import type { Counting, Objective } from '../objective.ts'
import { productionClock } from '../rules/rule-group.ts'
import { objectiveRules } from '../rules/rules.ts'
import { problemAt } from './objective-document.ts'
import { countWindows, hasWindow, unknownActions, windowsToTry } from './window-variable.ts'

/** Checks of queries, labels and texts that all forms of objectives share. */

/** In characters; those of large objectives have some hundred. */
const LONGEST_QUERY = 20_000

/** A query and where it stands. */
export interface PlacedQuery {
  query: string
  path: Path
}

/** What is wrong with a query as it is written, with or without a window, each problem in its line and column. */
export function checkQuery({ query, path }: PlacedQuery, source: YamlSource): FileProblem[] {
  const problem = (message: string, expected: string) => [
    problemAt({ source, path }, message, { expected, given: query }),
  ]
  if (query.length > LONGEST_QUERY) {
    return problem('the query is too long', `at most ${LONGEST_QUERY} characters`)
  }
  const unknown = unknownActions(query)
  if (unknown.length > 0) return problem(`unknown variable ${unknown.join(', ')}`, '{{.window}} and no other')
  for (const text of windowsToTry(query)) {
    const { value, problems } = checkPromql(text)
    // Each try is as long as the query, and differs from it only in the window.
    const wrong = problems.map(({ message, from, to, next }) => ({
      ...source.positionIn(path, from),
      path: formatPath(path),
      message: `not PromQL: ${message}`,
      given: show(query.slice(from, Math.max(to, from + 1)) || query),
      ...defined({ next }),
    }))
    if (wrong.length > 0) return wrong
    if (value === 'matrix' || value === 'string') {
      const what = value === 'matrix' ? 'a range of samples' : 'a text'
      return problem(
        `the query gives ${what}, and a rule needs one value a series`,
        'rate(x[{{.window}}]), or the like',
      )
    }
  }
  return []
}

/** What is wrong with the queries of an indicator: as they are written, without a window, or not to be counted. */
export function checkQueries(queries: readonly PlacedQuery[], counting: Counting, source: YamlSource): FileProblem[] {
  return queries.flatMap((placed) => {
    const { query, path } = placed
    const problem = (message: string, expected: string) =>
      problemAt({ source, path }, message, { expected, given: query })
    const wrong = checkQuery(placed, source)
    if (wrong.length > 0) return wrong
    if (!hasWindow(query)) {
      return problem('the query has no window', '{{.window}} wherever a range goes: rate(x[{{.window}}])')
    }
    const why = counting === 'counted' ? whyNotCountable(query) : undefined
    if (why === undefined) return []
    return problem(
      `the events of this query cannot be counted: ${why}`,
      'rate(selector[{{.window}}]) of counters, sum_over_time or count_over_time of gauges, and sums of these',
    )
  })
}

/**
 * What Prometheus would refuse in an objective's rules although each part is correct: a comment that contains a closing bracket, a
 * scalar where events are counted, a window in a text.
 */
export function checkRules(objective: Objective, path: Path, source: YamlSource): FileProblem[] {
  const { indicator } = objective
  const queries =
    indicator.kind === 'ratio' ? [indicator.errorRatioQuery] : [indicator.errorQuery, indicator.totalQuery]
  // Other queries fit together, and parsing the rules takes ten times as long as parsing the queries.
  if (!queries.some(mayNotFit)) return []
  const [recordings] = objectiveRules([objective], { clock: productionClock })
  // Of the recordings, those that hold what a person wrote; one window stands for all.
  for (const { expr } of recordings?.rules.slice(0, 2) ?? []) {
    const [problem] = checkPromql(expr).problems
    if (problem === undefined) continue
    const expected = 'queries that give vectors, and that can stand between brackets: no # comment at the end'
    return [problemAt({ source, path }, `its rules are not PromQL: ${problem.message}`, { expected })]
  }
  return []
}

function mayNotFit(query: string): boolean {
  const bare = query.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '')
  return /#|\bscalar\b/i.test(bare) || countWindows(bare) < countWindows(query)
}

/** Labels that distinguish objectives and what is recorded of them. */
const OURS = /^sloth_(?:id|service|slo|window|severity|version|mode|spec|objective)$/

/** Half a character of UTF-16: YAML can escape one (`"\\ud800"`), and no file can hold it. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** What is wrong with the names of labels, for Prometheus and for our own rules, and with texts that no file can hold. */
export function checkLabels(labels: unknown, path: Path, source: YamlSource): FileProblem[] {
  return [
    ...checkTexts(labels, path, source),
    ...namesOf(labels).flatMap((name) =>
      OURS.test(name)
        ? [
            problemAt({ source, path: [...path, name] }, 'this label says which objective a series is of', {
              expected: 'a label of another name',
              given: name,
              key: true,
            }),
          ]
        : [],
    ),
  ]
}

/** What is wrong with annotations, or with labels that are not ours. */
export function checkTexts(texts: unknown, path: Path, source: YamlSource): FileProblem[] {
  if (!isObject(texts)) return []
  return Object.entries(texts).flatMap(([name, text]) => {
    const problem = (message: string, expected: string, given: unknown) =>
      problemAt({ source, path: [...path, name] }, message, { expected, given, key: true })
    if (!/^[a-zA-Z_]\w*$/.test(name) || name === '__name__') {
      return [problem('not a name of a label', 'letters, digits and _, not beginning with a digit', name)]
    }
    return LONE_SURROGATE.test(String(text)) ? [problem('half a character', 'whole characters', text)] : []
  })
}

function namesOf(labels: unknown): string[] {
  return isObject(labels) ? Object.keys(labels) : []
}

/** Templates in labels and annotations of an alert that Prometheus does not load. */
export function checkTemplates(texts: unknown, path: Path, source: YamlSource): FileProblem[] {
  if (!isObject(texts)) return []
  return Object.entries(texts).flatMap(([name, text]) => {
    if (typeof text !== 'string') return []
    const at = [...path, name]
    return checkTemplate(text).map((problem) => ({
      ...source.positionIn(at, problem.from),
      path: formatPath(at),
      message: `not a template: ${problem.message}`,
      given: show(text.slice(problem.from, problem.to) || text),
      ...defined({ next: problem.next }),
    }))
  })
}
