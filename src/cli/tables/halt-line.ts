import { formatDuration } from '../../base/units/duration.ts'
import type { Halted } from '../../runtimes/native/state/lever.ts'

/** That everything is halted, for how long and why, in one line. */
export function haltLine({ sinceMs, why }: Halted, nowMs = Date.now()): string {
  const reason = why === '' ? '' : `: ${why}`
  return `! halted for ${formatDuration(Math.max(0, nowMs - sinceMs))}${reason}; firedrill halt --release lets runs begin again`
}
