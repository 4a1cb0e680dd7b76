import { formatDuration, parseDuration } from '../../base/units/duration.ts'
import { loadErrors } from '../errors.ts'
import type { Counts, Latency } from './figures.ts'

/** Thresholds of a load run: read from text, compared with figures. */

const PERCENTILES = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  'p99.9': 'p999',
  max: 'max',
  mean: 'mean',
} as const
const OPERATORS = {
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
} as const

const FORM = /^\s*(p50|p90|p95|p99|p99\.9|max|mean|errors|rate|checks)(?:\s*\{([^}]+)\})?\s*(<=|>=|<|>)\s*(\S+)\s*$/

/** Reads all thresholds. @throws FD_LOAD_THRESHOLD that lists every one that cannot be read */
export function readThresholds(texts: readonly string[]): Threshold[] {
  const read = texts.map((text) => ({ text, threshold: readThreshold(text) }))
  const bad = read.filter(({ threshold }) => threshold === undefined).map(({ text }) => `"${text}"`)
  if (bad.length > 0) {
    throw loadErrors.error('FD_LOAD_THRESHOLD', {
      message: `cannot read ${bad.length === 1 ? 'this threshold' : 'these thresholds'}`,
      where: '--threshold',
      expected:
        'p50, p90, p95, p99, p99.9, max or mean with a duration ("p95<200ms"), "errors<1%", "checks>99%", "rate>100/s"; of one endpoint: "p99{GET /items}<1s"',
      given: bad.join(', '),
    })
  }
  return read.flatMap(({ threshold }) => threshold ?? [])
}

function readThreshold(text: string): Threshold | undefined {
  const [, metric, endpoint, operator, amount = ''] = FORM.exec(text) ?? []
  if (metric === undefined || (metric === 'checks' && endpoint !== undefined)) return undefined
  const value = readValue(metric, amount)
  if (value === undefined) return undefined
  return {
    text: text.trim(),
    metric: metric as Threshold['metric'],
    operator: operator as Operator,
    value,
    ...(endpoint === undefined ? {} : { endpoint: endpoint.trim() }),
  }
}

function readValue(metric: string, amount: string): number | undefined {
  if (metric === 'errors' || metric === 'checks') {
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(amount)?.[1]
    return percent === undefined ? undefined : Number(percent) / 100
  }
  if (metric === 'rate') {
    const rate = /^(\d+(?:\.\d+)?)\/s$/.exec(amount)?.[1]
    return rate === undefined ? undefined : Number(rate)
  }
  return parseDuration(amount)
}

/** Compares one threshold with what was measured. What was not measured is not met: nothing proves it. */
export function judgeThreshold(threshold: Threshold, measured: Measured): ThresholdResult {
  const { text, operator, value } = threshold
  const observed = observe(threshold, measured)
  if (observed === undefined) return { text, met: false, observed: undefined }
  return { text, met: OPERATORS[operator](observed, value), observed: show(threshold.metric, observed) }
}

/** Whether a threshold that is not met now is a reason to stop: a rate may still rise, and a share of few says little. */
export function isFinal({ metric }: Threshold, seconds: number): boolean {
  return metric !== 'rate' && seconds >= 5
}

function observe({ metric, endpoint }: Threshold, measured: Measured): number | undefined {
  if (metric === 'checks') {
    const { passed, failed } = measured.checks
    return passed + failed === 0 ? undefined : passed / (passed + failed)
  }
  const counts = endpoint === undefined ? measured.total : measured.endpoint(endpoint)
  if (counts === undefined) return undefined
  if (metric === 'rate') return measured.seconds === 0 ? undefined : counts.requests / measured.seconds
  if (metric === 'errors') return counts.requests === 0 ? undefined : counts.failures / counts.requests
  return counts.latencyMs?.[PERCENTILES[metric] as keyof Latency]
}

function show(metric: Threshold['metric'], value: number): string {
  if (metric === 'rate') return `${value.toFixed(1)}/s`
  if (metric === 'errors' || metric === 'checks') return `${(value * 100).toFixed(2)} %`
  return value < 10 ? `${value.toFixed(2)} ms` : formatDuration(value)
}

/** A limit that a run must keep, as read from "p95<200ms", "errors<1%", "rate>100/s" or "p99{GET /items}<1s". */
export interface Threshold {
  text: string
  metric: LatencyName | 'errors' | 'rate' | 'checks'
  operator: Operator
  /** Milliseconds, a ratio (0-1), or requests per second. */
  value: number
  /** Name of one endpoint; undefined: all together. */
  endpoint?: string
}

export interface ThresholdResult {
  text: string
  met: boolean
  /** What was measured, as text; undefined when nothing was. */
  observed: string | undefined
}

/** What thresholds are compared with. */
export interface Measured {
  total: Counts
  endpoint: (name: string) => Counts | undefined
  checks: { passed: number; failed: number }
  /** Length of the run so far. */
  seconds: number
}

type LatencyName = keyof typeof PERCENTILES
type Operator = keyof typeof OPERATORS
