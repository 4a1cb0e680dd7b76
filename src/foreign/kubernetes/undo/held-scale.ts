import { randomUUID } from 'node:crypto'
import { replicasText } from '../../../faults/replicas-text.ts'
import { type WorkloadPlace, workloadText } from '../../../kubernetes/workload-place.ts'
import { runtimeErrors } from '../../../runtimes/runtime.ts'
import { readWorkload } from '../workload.ts'
import type { MadeChange } from './change-object.ts'
import { type ChangePlace, makeChange } from './make-change.ts'

/** Another number of replicas, as an action of a drill sets it. */

/** Longer than any run: an action of a drill has no time of its own, and ends with the run. In milliseconds. */
const LONGEST_RUN_MS = 24 * 3_600_000
const RENEW_EVERY_MS = 1_000

/** Another number of replicas than before, until it is put back: by us, or by the Job that watches over it when we are gone. */
export class HeldScale {
  /** How many replicas it had before it was scaled here. */
  readonly original: number
  readonly to: number
  readonly #place: ChangePlace
  readonly #held: MadeChange
  readonly #renewing: NodeJS.Timeout

  private constructor(place: ChangePlace, held: MadeChange, { original, to }: { original: number; to: number }) {
    this.#place = place
    this.#held = held
    this.original = original
    this.to = to
    this.#renewing = setInterval(() => void held.renew().catch(() => undefined), RENEW_EVERY_MS)
  }

  /**
   * Scales a workload which has the number that is expected. `from`: that number, or what holds it, which is replaced. `fromAnyNumber`: also from another
   * number, as an autoscaler may have set it.
   * @throws FD_RUNTIME_CONFLICT when somebody else has scaled it, and what `makeChange` throws; then all is as before
   */
  static async make(
    place: ChangePlace,
    { from, to, fromAnyNumber = false }: { from: number | HeldScale; to: number; fromAnyNumber?: boolean },
    signal: AbortSignal,
  ): Promise<HeldScale> {
    const before = from instanceof HeldScale ? from : undefined
    const expected = from instanceof HeldScale ? from.to : from
    const original = before?.original ?? expected
    const path = '/spec/replicas'
    const change = {
      fault: 'scale by an action',
      patches: ({ replicas }: { replicas: number }) => {
        if (replicas !== expected && !fromAnyNumber) throw scaledMeanwhile(place.workload, expected, replicas)
        return {
          act: [
            { op: 'test', path, value: replicas },
            { op: 'replace', path, value: to },
          ],
          undo: [
            { op: 'test', path, value: to },
            { op: 'replace', path, value: original },
          ],
          what: `${replicasText(to)} instead of ${original}`,
        } as const
      },
    }
    const held = await makeChange(place, change, {
      id: randomUUID(),
      forMs: LONGEST_RUN_MS,
      signal,
      instead: before === undefined ? undefined : before.#held,
    })
    before?.close()
    return new HeldScale(place, held, { original, to })
  }

  /** Puts the number of before back. Resolves with the number that somebody else has set instead, which stays; with nothing otherwise. */
  async undo(): Promise<number | undefined> {
    const { changed } = await this.#held.undo()
    this.close()
    if (changed) return undefined
    const { spec } = await readWorkload(this.#place.cluster, this.#place.workload)
    const { replicas = 1 } = spec
    return replicas === this.original ? undefined : replicas
  }

  /** Leaves it to the Job. Safe to call twice. */
  close(): void {
    clearInterval(this.#renewing)
  }
}

export function scaledMeanwhile(place: WorkloadPlace, expected: number, given: number) {
  return runtimeErrors.error('FD_RUNTIME_CONFLICT', {
    message: `${workloadText(place)} was scaled by somebody else: it stays as it is`,
    expected: `${expected} replicas`,
    given: String(given),
  })
}
