import { type FileProblem, formatPath, type Path } from '../base/file-problem.ts'
import { show } from '../base/schema-check.ts'
import type { YamlSource } from '../base/yaml-source.ts'
import { whyNotCountable } from './increments.ts'
import type { Counting } from './objective.ts'
import { hasWindow, unknownActions } from './window-variable.ts'

/** In characters; those of large objectives have some hundred. */
const LONGEST_QUERY = 20_000

/** What is wrong with the queries of an indicator, each named by its path below the objective's. */
export function checkQueries(
  queries: readonly (readonly [Path, string])[],
  base: Path,
  counting: Counting,
  source: YamlSource,
): FileProblem[] {
  const problems: FileProblem[] = []
  for (const [more, query] of queries) {
    const path = [...base, ...more]
    const problem = (message: string, expected: string) =>
      problems.push({
        ...source.positionOf(path),
        path: formatPath(path),
        message,
        expected,
        given: show(query),
      })
    if (query.length > LONGEST_QUERY) {
      problem('the query is too long', `at most ${LONGEST_QUERY} characters`)
      continue
    }
    const unknown = unknownActions(query)
    const unbalanced = bracketsOf(query)
    if (!hasWindow(query)) problem('the query has no window', '{{.window}} wherever a range goes: rate(x[{{.window}}])')
    else if (unknown.length > 0) problem(`unknown variable ${unknown.join(', ')}`, '{{.window}} and no other')
    else if (unbalanced !== undefined) problem('not a PromQL expression', unbalanced)
    else if (counting === 'counted') {
      const why = whyNotCountable(query)
      if (why !== undefined) {
        problem(
          `the events of this query cannot be counted: ${why}`,
          'rate(selector[{{.window}}]) of counters, sum_over_time or count_over_time of gauges, and sums of these',
        )
      }
    }
  }
  return problems
}

/** What is missing for brackets and quotes to pair up; `undefined` when they do. */
function bracketsOf(query: string): string | undefined {
  const pairs: Record<string, string> = { '(': ')', '[': ']', '{': '}' }
  const open: string[] = []
  const bare = query.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '').replaceAll(/#[^\n]*/g, '')
  for (const character of bare) {
    if (character in pairs) open.push(pairs[character] ?? '')
    else if (')]}'.includes(character) && open.pop() !== character) return `no "${character}" there`
    else if (`"'\``.includes(character)) return `a closing ${character}`
  }
  return open.length === 0 ? undefined : `a closing "${open.pop()}"`
}

/** Names of labels and annotations as Prometheus takes them. */
export function checkLabels(
  labels: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  source: YamlSource,
): FileProblem[] {
  if (typeof labels !== 'object' || labels === null) return []
  return Object.keys(labels)
    .filter((name) => !/^[a-zA-Z_]\w*$/.test(name) || name === '__name__')
    .map((name) => ({
      ...source.positionOfKey(path, name),
      path: formatPath([...path, name]),
      message: 'not a name of a label',
      expected: 'letters, digits and _, not beginning with a digit',
      given: name,
    }))
}
