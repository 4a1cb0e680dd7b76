import { availableParallelism } from 'node:os'
import type { TObject } from '#typebox'
import { faultErrors } from '../../faults/errors.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { MOST_FAULTS, MOST_THREADS } from '../../faults/machine/reserve.ts'

/**
 * The limits of all faults together. A fault takes a slot before it begins, and gives it back when it is undone or does not begin:
 * the number of slots and of busy threads is limited, and an exclusive fault has one slot on a service.
 */
export class FaultSlots {
  readonly #taken = new Set<FaultSlot>()

  /** @throws FD_FAULT_REFUSED */
  take(definition: FaultDefinition<TObject>, params: Record<string, unknown>, service: string): FaultSlot {
    const { name } = definition
    const slot = {
      threads: definition.threads?.(params as never) ?? 0,
      exclusive: definition.alone === true ? `${name} ${service}` : undefined,
    }
    const taken = [...this.#taken]
    if (slot.exclusive !== undefined && taken.some(({ exclusive }) => exclusive === slot.exclusive)) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${name} is in force on ${service} already, and each would put back what it found`,
        next: 'firedrill fault active',
      })
    }
    const next = 'firedrill fault active, and lift one of them'
    if (taken.length >= MOST_FAULTS) {
      const message = `${MOST_FAULTS} faults are in force already, as many as may be at once`
      throw faultErrors.error('FD_FAULT_REFUSED', { message, next })
    }
    const busy = taken.reduce((sum, { threads }) => sum + threads, slot.threads)
    const most = Math.max(MOST_THREADS.least, MOST_THREADS.perCore * availableParallelism())
    if (busy > most) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `with ${slot.threads} threads more, faults would keep ${busy} busy`,
        expected: `at most ${most} on this machine, in all faults together`,
        next,
      })
    }
    this.#taken.add(slot)
    return slot
  }

  release(slot: FaultSlot): void {
    this.#taken.delete(slot)
  }

  releaseAll(): void {
    this.#taken.clear()
  }
}

export interface FaultSlot {
  threads: number
  /** Fault and service, where no second fault of the kind may be active beside it. */
  exclusive: string | undefined
}
