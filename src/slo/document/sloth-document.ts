import type { Static } from '#typebox'
import { defined } from '../../base/defined.ts'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import type { AlertMeta, Counting, Indicator, Objective } from '../objective.ts'
import { OUTSIDE_OF } from '../series.ts'
import { day } from '../windows.ts'
import {
  checkLabels,
  checkQueries,
  checkRules,
  checkTemplates,
  checkTexts,
  type PlacedQuery,
} from './objective-checks.ts'
import { type DocumentReader, problemAt, type SourcePath } from './objective-document.ts'
import { slothSchema, slothSloSchema } from './sloth-schema.ts'

/** Reads objectives in Sloth's form. */

type Document = Static<typeof slothSchema>
type Slo = Static<typeof slothSloSchema>
type Texts = Readonly<Record<string, string | number | boolean>>

const checkSchema = createSchemaCheck()

/** The objectives of a document in Sloth's form, or all that is wrong with it. */
export const readSlothDocument: DocumentReader = ({ source, at, value }, place) => {
  const problems = checkSchema(slothSchema, value, { path: at, source })
  const document = value as Document
  problems.push(...checkPlugins(document, 'slo_plugins', { source, path: at }))
  problems.push(...checkLabels(document.labels, [...at, 'labels'], source))
  const objectives: Objective[] = []
  if (!Array.isArray(document.slos)) return { objectives, problems }
  // The document is part of each objective: with a problem of its own there is none.
  const whole = problems.length === 0
  for (const [index, one] of document.slos.entries()) {
    const path: Path = [...at, 'slos', index]
    const wrong = checkSchema(slothSloSchema, one, { path, source })
    if (wrong.length === 0) wrong.push(...checkSlo(one as Slo, document, { source, path }))
    if (wrong.length === 0 && whole) {
      const objective = build(document, one as Slo)
      wrong.push(...checkRules(objective, [...path, 'sli'], source))
      if (wrong.length === 0) objectives.push(objective)
      place(objective, path)
    }
    problems.push(...wrong)
  }
  return { objectives, problems }
}

function checkSlo(slo: Slo, document: Document, { source, path }: SourcePath): FileProblem[] {
  const at = (more: Path, message: string, expected: string): FileProblem =>
    problemAt({ source, path: [...path, ...more] }, message, { expected })
  const problems: FileProblem[] = checkPlugins(slo, 'plugins', { source, path })
  const { events, raw, plugin } = slo.sli
  if (plugin !== undefined) {
    problems.push(at(['sli', 'plugin'], 'SLI plugins are not supported', 'sli.events or sli.raw, with the queries'))
  } else if ((events === undefined) === (raw === undefined)) {
    problems.push(at(['sli'], events === undefined ? 'no indicator' : 'two indicators', 'one of events and raw'))
  }
  const counting = countingOf(document, slo)
  if (raw !== undefined && counting === 'counted') {
    problems.push(at(['sli', 'raw'], 'a ratio has no events to count', 'sli.events, or counting: averages'))
  }
  const queries = [...queriesOf(events, [...path, 'sli', 'events']), ...queriesOf(raw, [...path, 'sli', 'raw'])]
  problems.push(...checkQueries(queries, counting, source))
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
  problems.push(...checkTexts({ name: alerting.name ?? '' }, [...path, 'alerting'], source))
  for (const [one, more] of [
    [alerting, ['alerting']],
    [alerting.page_alert, ['alerting', 'page_alert']],
    [alerting.ticket_alert, ['alerting', 'ticket_alert']],
  ] as const) {
    const labels = [...path, ...more, 'labels']
    const annotations = [...path, ...more, 'annotations']
    problems.push(...checkLabels(one?.labels, labels, source), ...checkTemplates(one?.labels, labels, source))
    problems.push(...checkTexts(one?.annotations, annotations, source))
    problems.push(...checkTemplates(one?.annotations, annotations, source))
  }
  return problems
}

function queriesOf(queries: Readonly<Record<string, string>> = {}, path: Path): PlacedQuery[] {
  return Object.entries(queries).map(([key, query]) => ({ query, path: [...path, key] }))
}

/** An empty list of plugins counts as missing. */
function checkPlugins(
  holder: Readonly<Record<string, unknown>>,
  key: 'slo_plugins' | 'plugins',
  { source, path }: SourcePath,
): FileProblem[] {
  const plugins = holder[key]
  if (plugins === undefined || plugins === null || (Array.isArray(plugins) && plugins.length === 0)) return []
  const expected = "no plugins: the rules are those of Sloth's own defaults"
  return [problemAt({ source, path: [...path, key] }, 'plugins are not supported', { expected, key: true })]
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
    ...defined({ outsideOf }),
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
