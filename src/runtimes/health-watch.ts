import { sleep } from '../base/wait.ts'
import type { HealthResult } from './health.ts'
import type { ReplicaState } from './runtime.ts'

/** The health checks of a replica that runs. */

const EVERY_MS = 2_000
/** An unhealthy replica is checked more often: its return is to be seen soon. */
const EVERY_UNHEALTHY_MS = EVERY_MS / 10
/** One missed check may be chance, two in a row are not. */
const UNHEALTHY_AFTER = 2

/** Checks a running replica again and again, until the signal is aborted or the replica hangs. Rejects when aborted. */
export async function watchHealth(
  { state, check, onChange, onHang, hangsAfterMs = Number.POSITIVE_INFINITY }: HealthWatch,
  signal: AbortSignal,
): Promise<void> {
  let misses = 0
  let answeredMs = performance.now()
  while (!signal.aborted) {
    await sleep(state() === 'unhealthy' ? EVERY_UNHEALTHY_MS : EVERY_MS, signal)
    const seen = await check()
    if (signal.aborted) return
    misses = seen === undefined ? 0 : misses + 1
    if (seen === undefined) answeredMs = performance.now()
    if (misses === 0 && state() === 'unhealthy') onChange('healthy')
    else if (misses >= UNHEALTHY_AFTER && state() === 'healthy') onChange('unhealthy', seen)
    if (state() !== 'unhealthy' || performance.now() - answeredMs < hangsAfterMs) continue
    onHang()
    return
  }
}

interface HealthWatch {
  state(): ReplicaState
  check(): Promise<HealthResult>
  onChange(state: 'healthy' | 'unhealthy', detail?: string): void
  /** Called once, and ends the watch. */
  onHang(): void
  /** How long no check must have been answered, in milliseconds. Default: it never counts as hung. */
  hangsAfterMs?: number
}
