import type { Phase } from '../journal/schema/phase.ts'

/** How long each part of a run took. */
export class PhaseLog {
  readonly phases: Phase[] = []
  /** The part that is under way, or was the last one. */
  current: Pick<Phase, 'name' | 'startedAtMs'> | undefined

  async during<T>(name: Phase['name'], work: () => Promise<T>): Promise<T> {
    const startedAtMs = Date.now()
    const startedMs = performance.now()
    this.current = { name, startedAtMs }
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
