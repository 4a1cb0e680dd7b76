import type { Static } from 'typebox'
import type { Path } from '../base/file-problem.ts'
import { SELECTOR } from './increments.ts'
import type { Indicator } from './objective.ts'
import type { sliSpecSchema } from './openslo-schema.ts'
import { hasWindow } from './window-variable.ts'

type Sli = Static<typeof sliSpecSchema>

/** How a threshold says what is good, and the comparison that holds when it is not. */
const FAILING = { lte: '>', gte: '<', lt: '>=', gt: '<=' } as const

export interface Threshold {
  op?: keyof typeof FAILING
  value?: number
}

/** What is wrong with an indicator, below its own path. */
export interface IndicatorProblem {
  path: Path
  message: string
  expected: string
}

/** An OpenSLO indicator in our own terms: queries with `{{.window}}` for failed and for all events. */
export function indicatorOf(
  sli: Sli,
  threshold: Threshold,
): { indicator: Indicator; problems: readonly [] } | { problems: readonly [IndicatorProblem, ...IndicatorProblem[]] } {
  const { ratioMetric, thresholdMetric } = sli
  if ((ratioMetric === undefined) === (thresholdMetric === undefined)) {
    return wrong([], ratioMetric === undefined ? 'no metric' : 'two metrics', 'one of ratioMetric and thresholdMetric')
  }
  if (thresholdMetric !== undefined) return thresholdIndicator(thresholdMetric.metricSource.spec.query, threshold)
  return ratioIndicator(ratioMetric ?? {})
}

function thresholdIndicator(query: string, { op, value }: Threshold): ReturnType<typeof indicatorOf> {
  if (op === undefined || value === undefined) {
    return wrong(['thresholdMetric'], 'nothing to hold the metric against', 'op and value in the objective')
  }
  if (hasWindow(query)) {
    return wrong(['thresholdMetric'], 'a threshold is held against single values', 'a query without {{.window}}')
  }
  return right({
    kind: 'events',
    errorQuery: `sum(sum_over_time(((${query}) ${FAILING[op]} bool ${value})[{{.window}}:]))`,
    totalQuery: `sum(count_over_time((${query})[{{.window}}:]))`,
  })
}

function ratioIndicator(metric: NonNullable<Sli['ratioMetric']>): ReturnType<typeof indicatorOf> {
  const { good, bad, total, raw, rawType, counter } = metric
  const at = ['ratioMetric']
  if (raw !== undefined) {
    if (good !== undefined || bad !== undefined || total !== undefined) {
      return wrong(at, 'both a stored ratio and events', 'raw, or total with good or bad')
    }
    if (rawType === undefined) return wrong(at, 'not said what raw is a ratio of', 'rawType: success or failure')
    const query = raw.metricSource.spec.query
    const averaged = hasWindow(query) ? query : windowed(query, (selector) => `avg_over_time(${selector}[{{.window}}])`)
    if (averaged === undefined) return notWindowed([...at, 'raw'])
    return right({ kind: 'ratio', errorRatioQuery: rawType === 'failure' ? averaged : `1 - (${averaged})` })
  }
  if (total === undefined || (good === undefined) === (bad === undefined)) {
    return wrong(at, 'events are missing or told twice', 'total, and one of good and bad')
  }
  const [key, part] = bad === undefined ? (['good', good] as const) : (['bad', bad] as const)
  const events = (query: string) => {
    if (hasWindow(query)) return query
    const count = counter === true ? 'increase' : 'sum_over_time'
    return windowed(query, (selector) => `sum(${count}(${selector}[{{.window}}]))`)
  }
  if (counter === undefined && !hasWindow(total.metricSource.spec.query)) {
    return wrong(at, 'not said whether the metrics are counters', 'counter: true or false')
  }
  const all = events(total.metricSource.spec.query)
  if (all === undefined) return notWindowed([...at, 'total'])
  const some = events(part?.metricSource.spec.query ?? '')
  if (some === undefined) return notWindowed([...at, key])
  return right({ kind: 'events', errorQuery: key === 'bad' ? some : `(${all})\n-\n(${some})`, totalQuery: all })
}

/** A query over a window, made from one that is a metric or a sum of one: only there is it clear what is meant. */
function windowed(query: string, over: (selector: string) => string): string | undefined {
  const plain = new RegExp(`^(?:sum\\s*\\(\\s*(${SELECTOR})\\s*\\)|(${SELECTOR}))$`).exec(query.trim())
  const selector = plain?.[1] ?? plain?.[2]
  return selector === undefined ? undefined : over(selector.trim())
}

function notWindowed(path: Path): ReturnType<typeof indicatorOf> {
  return wrong(
    [...path, 'metricSource', 'spec', 'query'],
    'not clear over which time this is taken',
    'a metric, sum(metric), or a query with {{.window}} wherever a range goes',
  )
}

function right(indicator: Indicator): ReturnType<typeof indicatorOf> {
  return { indicator, problems: [] }
}

function wrong(path: Path, message: string, expected: string): ReturnType<typeof indicatorOf> {
  return { problems: [{ path, message, expected }] }
}
