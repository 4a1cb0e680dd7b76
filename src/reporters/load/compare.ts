import type { EndpointFigures } from '../../load/result/figures.ts'
import type { LoadResult } from '../../load/result/result.ts'
import { amountMs, amountPercent, amountPerSecond } from '../text/amounts.ts'

/** One figure of two runs. */
export interface Difference {
  endpoint: string
  metric: 'rate' | 'errors' | 'p50' | 'p95' | 'p99' | 'max'
  before: number | null
  after: number | null
  /** after / before - 1; null when one is missing or before is 0. */
  change: number | null
}

/** Every figure of two runs beside each other, endpoint by endpoint, all of them together last. */
export function compareRuns(before: LoadResult, after: LoadResult): Difference[] {
  const names = [...new Set([...before.endpoints, ...after.endpoints].map(({ name }) => name))].sort()
  const byName = ({ endpoints }: LoadResult) => new Map(endpoints.map((one) => [one.name, one]))
  const [first, second] = [byName(before), byName(after)]
  const pairs: [string, EndpointFigures | undefined, EndpointFigures | undefined][] = [
    ...names.map((name): [string, EndpointFigures | undefined, EndpointFigures | undefined] => [
      name,
      first.get(name),
      second.get(name),
    ]),
    ['all', before.total, after.total],
  ]
  return pairs.flatMap(([endpoint, a, b]) => {
    const difference = (metric: Difference['metric'], from: number | null, to: number | null): Difference => ({
      endpoint,
      metric,
      before: from,
      after: to,
      change: from === null || to === null || from === 0 ? null : to / from - 1,
    })
    const rate = (one: EndpointFigures | undefined, run: LoadResult) =>
      one === undefined ? null : one.requests / (run.elapsedMs / 1_000)
    const errors = (one: EndpointFigures | undefined) =>
      one === undefined || one.requests === 0 ? null : one.failures / one.requests
    return [
      difference('rate', rate(a, before), rate(b, after)),
      difference('errors', errors(a), errors(b)),
      ...(['p50', 'p95', 'p99', 'max'] as const).map((key) =>
        difference(key, a?.latencyMs?.[key] ?? null, b?.latencyMs?.[key] ?? null),
      ),
    ]
  })
}

/** What makes two runs hard to compare: another plan, or a generator that did not keep up. */
export function comparisonNotes(before: LoadResult, after: LoadResult): string[] {
  const notes: string[] = []
  if (before.setting.journey !== after.setting.journey) {
    notes.push(`the journeys differ: ${before.setting.journey} and ${after.setting.journey}`)
  }
  if (JSON.stringify(before.setting.plan) !== JSON.stringify(after.setting.plan)) notes.push('the plans differ')
  for (const [name, { outcome }] of [
    ['first', before],
    ['second', after],
  ] as const) {
    if (outcome === 'saturated' || outcome === 'broken' || outcome === 'stopped') {
      notes.push(`the ${name} run was ${outcome}`)
    }
  }
  return notes
}

export function comparisonRows(differences: readonly Difference[]): string[][] {
  const show = ({ metric }: Difference, value: number | null) => {
    if (value === null) return '-'
    if (metric === 'rate') return amountPerSecond(value)
    return metric === 'errors' ? amountPercent(value) : amountMs(value)
  }
  return differences.map((one) => [
    one.endpoint,
    one.metric,
    show(one, one.before),
    show(one, one.after),
    one.change === null ? '' : `${one.change >= 0 ? '+' : ''}${(one.change * 100).toFixed(1)} %`,
  ])
}
