import type { Logger } from 'pino'
import type { TObject } from '#typebox'
import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { seededRandom } from '../../base/random.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Effect, InsideFault } from '../../faults/inside/inside.ts'
import type { HeldView, HoldBody } from '../../faults/lease.ts'
import { readParams } from '../../faults/params.ts'
import type { Interception, Interceptions } from './interceptions.ts'
import type { Obstructions } from './obstructions.ts'

/** The faults that this service holds. Each ends when its time is over, or when nobody has renewed its lease. */
export class HeldFaults {
  readonly #options: HeldFaultsOptions
  readonly #held = new Map<string, Held>()
  #closed = false

  constructor(options: HeldFaultsOptions) {
    this.#options = options
  }

  list(): HeldView[] {
    return [...this.#held.values()].map(view)
  }

  interceptionsOf(id: string): readonly Interception[] {
    return this.#held.get(id)?.interceptions ?? []
  }

  /**
   * Begins a fault and holds it; `renew` shows when its effect is there.
   * @throws FD_FAULT_UNKNOWN, FD_FAULT_PARAMS, FD_FAULT_NO_ROUTE, FD_FAULT_REFUSED; then nothing was begun
   */
  async hold(id: string, { fault: name, params: given, leaseMs, forMs, seed }: HoldBody): Promise<HeldView> {
    const fault = await this.#options.find(name)
    if (fault === undefined) {
      const message = `no fault "${name}" runs inside a service`
      throw faultErrors.error('FD_FAULT_UNKNOWN', { message, given: name, next: 'firedrill fault list' })
    }
    const params = readParams(fault, given)
    if (this.#closed || this.#held.size >= MOST || this.#held.has(id)) {
      const message = this.#held.has(id)
        ? 'a fault of that id is held already'
        : `at most ${MOST} faults are held at once`
      throw faultErrors.error('FD_FAULT_REFUSED', { message: this.#closed ? 'the service is stopping' : message })
    }
    const nowMs = performance.now()
    const held: Held = {
      id,
      fault: name,
      interceptions: [],
      ending: new AbortController(),
      leaseMs,
      untilMs: nowMs + forMs,
      leaseUntilMs: nowMs + leaseMs,
      effect: undefined,
      proof: undefined,
      timer: undefined,
      ended: undefined,
    }
    let begun: Promise<Effect>
    try {
      begun = this.#begin(fault, params, { held, seed })
    } catch (error) {
      held.ending.abort()
      throw error
    }
    this.#held.set(id, held)
    this.#watch(held)
    begun.then(
      (effect) => {
        held.effect = effect
        held.proof = effect.proof
        // It may have been ended while it began.
        if (held.ended !== undefined) void this.#undo(held)
      },
      (error: unknown) => {
        held.effect = {}
        held.proof = { landed: false, proof: messageOf(error) }
      },
    )
    this.#options.logger.warn({ id, fault: name, params }, 'a fault begins, on purpose')
    return view(held)
  }

  /** Extends the lease. `undefined` when there is no such fault any more. */
  renew(id: string): HeldView | undefined {
    const held = this.#held.get(id)
    if (held === undefined) return undefined
    held.leaseUntilMs = performance.now() + held.leaseMs
    return view(held)
  }

  /** Resolves when everything is put back. `undefined` when there is no such fault any more. */
  async end(id: string, why = 'as asked'): Promise<HeldView | undefined> {
    const held = this.#held.get(id)
    if (held === undefined) return undefined
    held.ended ??= this.#end(held, why)
    await held.ended
    return view(held)
  }

  /** Ends everything, the last first, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const id of [...this.#held.keys()].reverse()) await this.end(id, 'the service stops')
  }

  /** Calls `begin` at once, so that what it finds wrong with its parameters stands in the answer. */
  #begin(
    fault: InsideFault<TObject>,
    params: Record<string, unknown>,
    { held, seed }: { held: Held; seed: number },
  ): Promise<Effect> {
    const { interceptions, obstructions, folder } = this.#options
    const { signal } = held.ending
    const random = seededRandom(seed)
    const begun = fault.begin(
      {
        random,
        folder,
        signal,
        intercept: (where, act) => void held.interceptions.push(interceptions.add(where, { act, random, signal })),
        obstruct: (dependency, act) => obstructions.add(dependency, act, signal),
      },
      params,
    )
    return Promise.resolve(begun)
  }

  #watch(held: Held): void {
    const leftMs = Math.min(held.untilMs, held.leaseUntilMs) - performance.now()
    held.timer = setTimeout(() => {
      const nowMs = performance.now()
      if (nowMs >= held.untilMs) void this.end(held.id, 'its time is over')
      else if (nowMs >= held.leaseUntilMs) void this.end(held.id, 'nobody renewed its lease')
      else this.#watch(held)
    }, leftMs)
  }

  async #end(held: Held, why: string): Promise<void> {
    clearTimeout(held.timer)
    held.ending.abort()
    await this.#undo(held)
    this.#held.delete(held.id)
    const { touched, passed } = view(held)
    this.#options.logger.warn({ id: held.id, fault: held.fault, why, touched, passed }, 'a fault is over')
  }

  async #undo({ id, effect }: Held): Promise<void> {
    try {
      await effect?.end?.()
    } catch (error) {
      this.#options.logger.error({ id, err: error }, 'a fault could not be put back')
    }
  }
}

/** More at once is a mistake of the injector. */
const MOST = 32

export interface HeldFaultsOptions {
  interceptions: Interceptions
  obstructions: Obstructions
  /** For the files of faults. */
  folder: string
  /** The definition of a fault that runs inside a service; `undefined` when no fault has that name. */
  find(name: string): Promise<InsideFault<TObject> | undefined>
  logger: Logger
}

interface Held {
  readonly id: string
  readonly fault: string
  readonly interceptions: Interception[]
  readonly ending: AbortController
  readonly leaseMs: number
  /** Both by performance.now(). */
  readonly untilMs: number
  leaseUntilMs: number
  effect: Effect | undefined
  proof: HeldView['proof']
  timer: NodeJS.Timeout | undefined
  ended: Promise<void> | undefined
}

function view({ id, fault, effect, proof, interceptions, ended }: Held): HeldView {
  const sum = (of: 'touched' | 'passed') => interceptions.reduce((total, one) => total + one[of], 0)
  return {
    id,
    fault,
    state: ended !== undefined ? 'ended' : effect === undefined ? 'beginning' : 'held',
    ...defined({ proof }),
    touched: sum('touched'),
    passed: sum('passed'),
  }
}
