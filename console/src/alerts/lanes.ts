import type { AlertHistoryView, AlertSpan } from '../../../src/api/contract.ts'
import { aboutOf } from './alert-words.ts'

/** Puts the alerts of a range of time into lanes, one for each alert and what it is about: those that fired first, the latest at the top. */
export function lanesOf({ alerts }: Pick<AlertHistoryView, 'alerts'>): { lanes: Lane[]; hidden: number } {
  const lanes = new Map<string, Lane>()
  for (const span of alerts) {
    const about = aboutOf(span.labels)
    const key = `${span.name} ${about}`
    const lane = lanes.get(key) ?? { key, name: span.name, about, spans: [] }
    lane.spans.push(span)
    lanes.set(key, lane)
  }
  const all = [...lanes.values()].sort(
    (a, b) => Number(hasFired(b)) - Number(hasFired(a)) || endOf(b) - endOf(a) || (a.key < b.key ? -1 : 1),
  )
  return { lanes: all.slice(0, MOST_LANES), hidden: Math.max(0, all.length - MOST_LANES) }
}

export interface Lane {
  key: string
  name: string
  about: string
  spans: AlertSpan[]
}

/** Whether it was more than pending. */
export function hasFired({ spans }: Lane): boolean {
  return spans.some(({ state }) => state === 'firing')
}

/** Where a span stands in a range, in percent of its width. A short one stays visible. */
export function placeOf(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  range: { fromMs: number; toMs: number },
): { left: string; width: string } {
  const whole = range.toMs - range.fromMs
  const from = Math.max(0, (fromMs - range.fromMs) / whole)
  const to = Math.min(1, (toMs - range.fromMs) / whole)
  return { left: `${(from * 100).toFixed(3)}%`, width: `${Math.max(0.3, (to - from) * 100).toFixed(3)}%` }
}

/** A handful of moments for an axis, on whole seconds, minutes or hours. */
export function ticksOf({ fromMs, toMs }: { fromMs: number; toMs: number }, most = 6): number[] {
  const stepMs = TICKS_MS.find((ms) => (toMs - fromMs) / ms <= most) ?? 86_400_000
  const first = Math.ceil(fromMs / stepMs) * stepMs
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / stepMs) + 1) }, (_, at) => first + at * stepMs)
}

const MOST_LANES = 24

const TICKS_MS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
)

function endOf({ spans }: Lane): number {
  return Math.max(...spans.map(({ toMs }) => toMs))
}
