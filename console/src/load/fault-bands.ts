import type { FaultView, LoadRunView } from '../../../src/api/contract.ts'
import type { Band } from '../charts/chart.ts'

/**
 * The faults of a load, as bands behind its charts: those that Prometheus has seen in its time, and those in force now, whose times are exact.
 * Pure.
 */
export function faultBands(
  { startedAtMs, faults }: Pick<LoadRunView, 'startedAtMs' | 'faults'>,
  active: readonly FaultView[],
  untilMs: number,
): Band[] {
  const now = active.map(({ fault, replica, injectedAtMs, undoneByMs }) =>
    bandOf({ fault, target: replica, fromMs: injectedAtMs, toMs: undoneByMs }),
  )
  const seen = faults.map(bandOf).filter((band) => !now.some((other) => isSame(band, other)))
  return [...seen, ...now]
    .filter(({ fromMs, toMs }) => fromMs < untilMs && toMs > startedAtMs)
    .map((band) => ({ ...band, fromMs: Math.max(startedAtMs, band.fromMs), toMs: Math.min(untilMs, band.toMs) }))
    .sort((a, b) => a.fromMs - b.fromMs)
}

function bandOf({ fault, target, fromMs, toMs }: LoadRunView['faults'][number]): Band {
  return { fromMs, toMs, label: `${fault} on ${target}`, tone: 'fault' }
}

/** Whether both are one fault, of which one was seen by Prometheus. */
function isSame(seen: Band, exact: Band): boolean {
  return seen.label === exact.label && seen.toMs > exact.fromMs && seen.fromMs < exact.toMs
}
