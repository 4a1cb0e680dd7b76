import { formatDuration } from '../../base/units/duration.ts'
import type { MachineSample } from '../journal/schema/machine.ts'

/** How late a busy machine makes a run. */

/** Every machine is a little late, and bounds allow for it: less than this share of a stretch (0–1) does not count. */
const NOTABLE_SHARE = 0.1

/**
 * From this share of a time (0–1) on, what has no bound (an alert that nobody expects, a burnt budget, a step that did not come)
 * proves nothing either.
 */
const DISTURBED_SHARE = 0.25

export interface Contention {
  forMs: number
  stalledMs: number | null
  loopLateMs: number
  /** Average over the cores. */
  stolenMs: number
  /** Of the CPU time in use, what others than the system and the run had, 0–1. 1 where it is not known. */
  othersShare: number
}

/**
 * How much earlier, at most, a chain of work could have been at its end without the others:
 *
 *   late = (time in which a task waited for a core) · (share of the others in the CPU time in use) + stolen time
 *
 * While a core is waited for, all cores are in use; alone, the same work needs at least its share of that time. What the system
 * itself needs does not count: a fault that burns CPU is what is tested. Where the kernel does not measure it, the run's own timers count.
 */
export function lateMsOf({ forMs, stalledMs, loopLateMs, stolenMs, othersShare }: Contention): number {
  const lateMs = Math.min(forMs, (stalledMs ?? loopLateMs) * othersShare + stolenMs)
  return lateMs < NOTABLE_SHARE * forMs ? 0 : lateMs
}

/** How late the machine was between two moments, in milliseconds. Samples that reach beyond count by their part within. */
export function lateBetween(samples: readonly MachineSample[], fromMs: number, toMs: number): number {
  return samples.reduce((sum, { atMs, forMs, lateMs }) => {
    const withinMs = Math.min(toMs, atMs) - Math.max(fromMs, atMs - forMs)
    return withinMs <= 0 ? sum : sum + (lateMs * withinMs) / forMs
  }, 0)
}

/** Whether the machine was late for so much of a time that nothing in it proves anything. */
export function isDisturbed(samples: readonly MachineSample[], fromMs: number, toMs: number): boolean {
  return toMs > fromMs && lateBetween(samples, fromMs, toMs) >= DISTURBED_SHARE * (toMs - fromMs)
}

/** "the machine was late by 1.2 s of these 3.9 s". */
export function lateText(lateMs: number, forMs: number): string {
  return `the machine was late by ${formatDuration(Math.round(lateMs))} of these ${formatDuration(Math.round(forMs))}`
}
