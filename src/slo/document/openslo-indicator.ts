import type { Static } from '#typebox'
import type { Path } from '../../base/files/file-problem.ts'
import { SELECTOR } from '../increments.ts'
import type { Indicator } from '../objective.ts'
import { queryOf } from './openslo-metrics.ts'
import type { sliSpecSchema } from './openslo-schema.ts'
import { hasWindow } from './window-variable.ts'

/** Makes queries from an OpenSLO indicator. */

type Sli = Static<typeof sliSpecSchema>

/** Operators of a threshold for good events, and the comparison that holds for bad ones. */
const FAILING = { lte: '>', gte: '<', lt: '>=', gt: '<=' } as const

export interface Threshold {
  op?: keyof typeof FAILING
  value?: number
}

/** What is wrong with an indicator, below its own path, or below that of the objective that it is compared with. */
export interface IndicatorProblem {
  path: Path
  message: string
  expected: string
  inObjective?: boolean
}

type Read =
  /** Where the queries come from: in the order of errors and total, below the indicator's path. */
  | { indicator: Indicator; places: readonly Path[]; problems: readonly [] }
  | { problems: readonly [IndicatorProblem, ...IndicatorProblem[]] }

/** An OpenSLO indicator in our own terms: queries with `{{.window}}` for failed and for all events. Its metrics were checked. */
export function indicatorOf(sli: Sli, threshold: Threshold): Read {
  const { ratioMetric, thresholdMetric } = sli
  if ((ratioMetric === undefined) === (thresholdMetric === undefined)) {
    return wrong([], ratioMetric === undefined ? 'no metric' : 'two metrics', 'one of ratioMetric and thresholdMetric')
  }
  if (thresholdMetric !== undefined) return thresholdIndicator(queryOf(thresholdMetric), threshold)
  const [key] = (['op', 'value'] as const).filter((one) => threshold[one] !== undefined)
  if (key !== undefined) {
    return wrongObjective([key], 'a ratio is compared with no value', 'no op and no value, or a thresholdMetric')
  }
  return ratioIndicator(ratioMetric ?? {})
}

function thresholdIndicator(query: string, { op, value }: Threshold): Read {
  if (op === undefined || value === undefined) {
    return wrongObjective([], 'nothing to compare the metric with', 'op and value in the objective')
  }
  if (hasWindow(query)) {
    return wrong(['thresholdMetric'], 'a threshold is compared with single values', 'a query without {{.window}}')
  }
  const place = ['thresholdMetric', ...QUERY]
  return right(
    {
      kind: 'events',
      errorQuery: `sum(sum_over_time(((${query}) ${FAILING[op]} bool ${value})[{{.window}}:]))`,
      totalQuery: `sum(count_over_time((${query})[{{.window}}:]))`,
    },
    [place, place],
  )
}

function ratioIndicator(metric: NonNullable<Sli['ratioMetric']>): Read {
  const { good, bad, total, raw, rawType, counter } = metric
  const at = ['ratioMetric']
  if (raw !== undefined) {
    if (good !== undefined || bad !== undefined || total !== undefined) {
      return wrong(at, 'both a stored ratio and events', 'raw, or total with good or bad')
    }
    if (rawType === undefined) return wrong(at, 'not said what raw is a ratio of', 'rawType: success or failure')
    const query = queryOf(raw)
    const averaged = hasWindow(query) ? query : windowed(query, (selector) => `avg_over_time(${selector}[{{.window}}])`)
    if (averaged === undefined) return notWindowed([...at, 'raw'])
    const errorRatioQuery = rawType === 'failure' ? averaged : `1 - (${averaged})`
    return right({ kind: 'ratio', errorRatioQuery }, [[...at, 'raw', ...QUERY]])
  }
  if (total === undefined || (good === undefined) === (bad === undefined)) {
    return wrong(at, 'events are missing, or there twice', 'total, and one of good and bad')
  }
  const [key, part] = bad === undefined ? (['good', good] as const) : (['bad', bad] as const)
  const events = (query: string) => {
    if (hasWindow(query)) return query
    const count = counter === true ? 'increase' : 'sum_over_time'
    return windowed(query, (selector) => `sum(${count}(${selector}[{{.window}}]))`)
  }
  if (counter === undefined && !hasWindow(queryOf(total))) {
    return wrong(at, 'not said whether the metrics are counters', 'counter: true or false')
  }
  const all = events(queryOf(total))
  if (all === undefined) return notWindowed([...at, 'total'])
  const some = part && events(queryOf(part))
  if (some === undefined) return notWindowed([...at, key])
  const errorQuery = key === 'bad' ? some : `(${all})\n-\n(${some})`
  return right({ kind: 'events', errorQuery, totalQuery: all }, [
    [...at, key, ...QUERY],
    [...at, 'total', ...QUERY],
  ])
}

/** Makes a query over a window from a query that is a metric or a sum of one: only there the meaning is clear. */
function windowed(query: string, over: (selector: string) => string): string | undefined {
  const plain = new RegExp(`^(?:sum\\s*\\(\\s*(${SELECTOR})\\s*\\)|(${SELECTOR}))$`).exec(query.trim())
  const selector = plain?.[1] ?? plain?.[2]
  return selector === undefined ? undefined : over(selector.trim())
}

function notWindowed(path: Path): Read {
  return wrong(
    [...path, ...QUERY],
    'not clear over which time this is taken',
    'a metric, sum(metric), or a query with {{.window}} wherever a range goes',
  )
}

const QUERY = ['metricSource', 'spec', 'query']

function right(indicator: Indicator, places: readonly Path[]): Read {
  return { indicator, places, problems: [] }
}

function wrong(path: Path, message: string, expected: string): Read {
  return { problems: [{ path, message, expected, inObjective: false }] }
}

/** A problem of the objective rather than of its indicator. */
function wrongObjective(path: Path, message: string, expected: string): Read {
  return { problems: [{ path, message, expected, inObjective: true }] }
}
