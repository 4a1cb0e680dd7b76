import type { Static } from 'typebox'
import { type FileProblem, formatPath, type Path } from '../base/file-problem.ts'
import { createSchemaCheck } from '../base/schema-check.ts'
import type { YamlSource } from '../base/yaml-source.ts'
import type { AlertMeta, Counting, Indicator, Objective } from './objective.ts'
import { checkLabels, checkQueries } from './objective-checks.ts'
import { OUTSIDE_OF } from './series.ts'
import { slothSchema, slothSloSchema } from './sloth-schema.ts'
import { day } from './windows.ts'

type Document = Static<typeof slothSchema>
type Slo = Static<typeof slothSloSchema>
type Texts = Readonly<Record<string, string | number | boolean>>

const checkSchema = createSchemaCheck()

/** The objectives of a document in Sloth's form, or all that is wrong with it. `place` gets the path of each objective. */
export function readSlothDocument(
  source: YamlSource,
  place: (objective: Objective, path: Path) => void,
): { objectives: Objective[]; problems: FileProblem[] } {
  const problems = checkSchema(slothSchema, source.value, [], source)
  const document = source.value as Document
  if (document?.slo_plugins !== undefined) problems.push(plugins(source, ['slo_plugins']))
  if (!Array.isArray(document?.slos)) return { objectives: [], problems }
  problems.push(...checkLabels(document.labels, ['labels'], source))
  const objectives: Objective[] = []
  for (const [index, one] of document.slos.entries()) {
    const path: Path = ['slos', index]
    const wrong = checkSchema(slothSloSchema, one, path, source)
    if (wrong.length === 0) wrong.push(...checkSlo(one as Slo, path, document, source))
    problems.push(...wrong)
    if (wrong.length > 0) continue
    const objective = build(document, one as Slo)
    objectives.push(objective)
    place(objective, path)
  }
  return { objectives, problems }
}

function checkSlo(slo: Slo, path: Path, document: Document, source: YamlSource): FileProblem[] {
  const at = (more: Path, message: string, expected: string): FileProblem => ({
    ...source.positionOf([...path, ...more]),
    path: formatPath([...path, ...more]),
    message,
    expected,
  })
  const problems: FileProblem[] = []
  const { events, raw, plugin } = slo.sli
  if (slo.plugins !== undefined) problems.push(plugins(source, [...path, 'plugins']))
  if (plugin !== undefined) {
    problems.push(at(['sli', 'plugin'], 'SLI plugins are not supported', 'sli.events or sli.raw, with the queries'))
  } else if ((events === undefined) === (raw === undefined)) {
    problems.push(at(['sli'], events === undefined ? 'no indicator' : 'two indicators', 'one of events and raw'))
  }
  const counting = countingOf(document, slo)
  if (raw !== undefined && counting === 'counted') {
    problems.push(at(['sli', 'raw'], 'a ratio has no events to count', 'sli.events, or counting: averages'))
  }
  const queries: [Path, string][] = [
    ...Object.entries(events ?? {}).map(([key, query]): [Path, string] => [['sli', 'events', key], query]),
    ...Object.entries(raw ?? {}).map(([key, query]): [Path, string] => [['sli', 'raw', key], query]),
  ]
  problems.push(...checkQueries(queries, path, counting, source))
  if (events !== undefined && events.error_query === events.total_query) {
    problems.push(at(['sli', 'events'], 'both queries are the same', 'an error_query for the events that failed'))
  }
  problems.push(...checkLabels(slo.labels, [...path, 'labels'], source))
  const outsideOf = slo['x-firedrill']?.outsideOf
  const others = document.slos.flatMap((one) => {
    const { name } = (one ?? {}) as { name?: unknown }
    return typeof name === 'string' && name !== slo.name ? [name] : []
  })
  if (outsideOf !== undefined && !others.includes(outsideOf)) {
    const expected = others.length === 0 ? 'another objective beside it' : `one of ${others.join(', ')}`
    problems.push(at(['x-firedrill', 'outsideOf'], `this file has no other objective "${outsideOf}"`, expected))
  }
  const { alerting = {} } = slo
  for (const key of ['page_alert', 'ticket_alert'] as const) {
    if (alerting[key]?.disable !== true && (alerting.name ?? '') === '') {
      problems.push(at(['alerting'], `no name for the ${key}`, `alerting.name, or ${key}: { disable: true }`))
      break
    }
  }
  for (const [one, more] of [
    [alerting, ['alerting']],
    [alerting.page_alert, ['alerting', 'page_alert']],
    [alerting.ticket_alert, ['alerting', 'ticket_alert']],
  ] as const) {
    problems.push(...checkLabels(one?.labels, [...path, ...more, 'labels'], source))
    problems.push(...checkLabels(one?.annotations, [...path, ...more, 'annotations'], source))
  }
  return problems
}

function plugins(source: YamlSource, path: Path): FileProblem {
  return {
    ...source.positionOfKey(path.slice(0, -1), String(path.at(-1))),
    path: formatPath(path),
    message: 'plugins are not supported',
    expected: "no plugins: the rules are those of Sloth's own defaults",
  }
}

function countingOf(document: Document, slo: Slo): Counting {
  const chosen = slo['x-firedrill']?.counting ?? document['x-firedrill']?.counting
  return chosen === 'events' ? 'counted' : 'averaged'
}

function build(document: Document, slo: Slo): Objective {
  const { alerting = {} } = slo
  const meta = (key: 'page_alert' | 'ticket_alert'): AlertMeta => ({
    name: alerting.name ?? '',
    labels: { ...texts(alerting.labels), ...texts(alerting[key]?.labels) },
    annotations: { ...texts(alerting.annotations), ...texts(alerting[key]?.annotations) },
  })
  const { events, raw } = slo.sli
  const outsideOf = slo['x-firedrill']?.outsideOf
  const indicator: Indicator =
    events === undefined
      ? { kind: 'ratio', errorRatioQuery: raw?.error_ratio_query ?? '' }
      : { kind: 'events', errorQuery: events.error_query, totalQuery: events.total_query }
  return {
    service: document.service,
    name: slo.name,
    description: slo.description ?? '',
    targetPercent: slo.objective,
    periodMs: 30 * day,
    indicator,
    counting: countingOf(document, slo),
    ...(outsideOf === undefined ? {} : { outsideOf }),
    labels: {
      ...texts(document.labels),
      ...texts(slo.labels),
      ...(outsideOf === undefined ? {} : { [OUTSIDE_OF]: outsideOf }),
    },
    ...(alerting.page_alert?.disable === true ? {} : { page: meta('page_alert') }),
    ...(alerting.ticket_alert?.disable === true ? {} : { ticket: meta('ticket_alert') }),
    spec: 'prometheus/v1',
  }
}

function texts(values: Texts = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
}
