import type { Phase } from '../journal/schema/phase.ts'

/** How long each part of a run took. */
export class PhaseLog {
  readonly phases: Phase[] = []

  async during<T>(name: Phase['name'], work: () => Promise<T>): Promise<T> {
    const startedAtMs = Date.now()
    const startedMs = performance.now()
    try {
      return await work()
    } finally {
      this.phases.push({ name, startedAtMs, tookMs: Math.round(performance.now() - startedMs) })
    }
  }

  /** Of the last part that ended, in milliseconds. */
  get lastTookMs(): number {
    return this.phases.at(-1)?.tookMs ?? 0
  }
}
