import { randomInt, randomUUID } from 'node:crypto'
import type { TObject } from '#typebox'
import { defined } from '../../base/defined.ts'
import { sleep } from '../../base/wait.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { type FaultHost, unmetNeed } from '../../faults/needs.ts'
import { readParams } from '../../faults/params.ts'
import type { Runtime, Target } from '../../runtimes/runtime.ts'
import type { FaultView, InjectBody, LiftView } from '../contract.ts'
import { ActiveFault } from './active-fault.ts'
import type { ExtraRules } from './extra-rules.ts'
import { findFault } from './fault-catalog.ts'
import { type FaultSlot, FaultSlots } from './fault-slots.ts'
import { type SubjectAccess, subjectOf } from './subject.ts'
import { liftUnknownFaults } from './unknown-faults.ts'

/** The injector: all active faults of a stack or of a run. */

/** How many lifted faults are remembered, so that a second request to lift one learns how it ended. */
const REMEMBERED = 200
/** How many of them are listed. */
const SHOWN = 20
/** How long undoing may hold up the end of the stack, in milliseconds. */
const CLOSE_WITHIN_MS = 2_000

/** The active faults. Each is undone when it is lifted, when its time is over, or when the stack goes down. */
export class ActiveFaults {
  readonly #runtime: Runtime
  readonly #access: SubjectAccess
  readonly #reach: FaultReach | undefined
  readonly #listener: FaultListener | undefined
  readonly #rules: ExtraRules | undefined
  readonly #refuse: () => void
  readonly #find: (name: string) => FaultDefinition<TObject>
  readonly #active = new Map<string, ActiveFault>()
  readonly #lifted = new Map<string, LiftView>()
  /** Those that could not be undone. */
  readonly #left = new Map<string, ActiveFault>()
  /** Injections of which it is not known yet whether they land, and what ends each. */
  readonly #beginning = new Map<Promise<unknown>, AbortController>()
  readonly #slots = new FaultSlots()
  #closed = false

  constructor(options: ActiveFaultsOptions) {
    const { runtime, tokenOf, authorizations = new Map(), refuse = () => undefined, find = findFault, reach } = options
    this.#runtime = runtime
    this.#access = {
      tokenOf,
      passwords: authorizations,
      ...defined({
        besideOf: reach?.besideOf,
        originOf: reach?.originOf,
        workloadOf: reach?.workloadOf,
        linkOf: reach?.linkOf,
      }),
    }
    this.#reach = reach
    this.#listener = options.listener
    this.#rules = options.rules
    this.#refuse = refuse
    this.#find = find
  }

  list(): FaultView[] {
    return [...this.#active.values()].map(({ view }) => view)
  }

  /** How the last faults ended, latest first. */
  ended(): LiftView[] {
    return [...this.#lifted.values()].slice(-SHOWN).reverse()
  }

  /**
   * Resolves when it is known whether the fault landed.
   * @throws FD_HALTED, FD_FAULT_UNKNOWN, FD_FAULT_PARAMS, FD_FAULT_UNSUPPORTED, FD_FAULT_REFUSED, and what the target refused it with
   */
  async inject(body: InjectBody): Promise<FaultView> {
    this.#refuse()
    const definition = this.#find(body.fault)
    const params = readParams(definition, body.params)
    this.#check(definition, body.service)
    const slot = this.#slots.take(definition, params, body.service)
    const ending = new AbortController()
    const beginning = this.#begin({ definition, params, slot, body, signal: ending.signal })
    this.#beginning.set(beginning, ending)
    try {
      return await beginning
    } catch (error) {
      this.#slots.release(slot)
      throw error
    } finally {
      this.#beginning.delete(beginning)
    }
  }

  /** @throws FD_FAULT_NOT_ACTIVE when there never was such a fault; of one that is lifted already it returns how it ended. */
  async lift(id: string): Promise<LiftView> {
    const active = this.#active.get(id)
    const lifted = this.#lifted.get(id)
    if (active !== undefined) return active.end('')
    if (lifted !== undefined) return lifted
    throw faultErrors.error('FD_FAULT_NOT_ACTIVE', { message: `no fault has the id ${id}`, given: id })
  }

  /** Faults that could not be undone, each with the reason. */
  left(): { view: FaultView; why: string }[] {
    return [...this.#left.values()].map(({ view, failure }) => ({ view, why: failure ?? '' }))
  }

  /** Tries once more to undo them. */
  async undoLeft(): Promise<void> {
    await latestFirst(this.#left.values(), async (fault) => {
      this.#lifted.set(fault.view.id, await fault.undoAgain())
      if (fault.failure === undefined) this.#left.delete(fault.view.id)
    })
  }

  /** Undoes everything, of each service the latest first. Faults that only begin are ended, or undone once they have begun. */
  async liftAll(): Promise<LiftView[]> {
    const [, lifted] = await Promise.all([this.#endBeginning(), this.#liftActive()])
    await this.#endBeginning()
    return [...lifted, ...(await this.#liftActive())]
  }

  /** Also undoes faults that somebody has injected past control, once the known ones are undone. */
  async sweep(): Promise<LiftView[]> {
    return [...(await this.liftAll()), ...(await liftUnknownFaults(this.#runtime, this.#access))]
  }

  /**
   * Undoes, the latest first, what targets hold by themselves, and forgets the rest: processes end with the stack anyway.
   * From then on nothing can be injected.
   */
  async close(): Promise<void> {
    this.#closed = true
    const bound = new AbortController()
    await Promise.race([this.#liftHeld(), sleep(CLOSE_WITHIN_MS, bound.signal).catch(() => undefined)])
    bound.abort()
    for (const active of this.#active.values()) active.stopTimers()
    this.#active.clear()
    this.#slots.releaseAll()
  }

  async #liftActive(): Promise<LiftView[]> {
    const all = [...this.#active.values()].reverse()
    const lifted = new Map<string, LiftView>()
    await latestFirst(this.#active.values(), async (fault) => {
      lifted.set(fault.view.id, await fault.end(''))
    })
    return all.flatMap(({ view }) => lifted.get(view.id) ?? [])
  }

  /** Resolves when of each fault that began it is known whether it is there. */
  async #endBeginning(): Promise<void> {
    const reason = faultErrors.error('FD_FAULT_REFUSED', { message: 'it was lifted before it had begun' })
    for (const ending of this.#beginning.values()) ending.abort(reason)
    await Promise.allSettled(this.#beginning.keys())
  }

  async #liftHeld(): Promise<void> {
    await this.#endBeginning()
    for (const active of [...this.#active.values()].reverse())
      if (active.isHeldByTarget) await active.end('the stack goes down: ')
  }

  #check(definition: FaultDefinition, service: string): void {
    if (this.#closed) throw faultErrors.error('FD_FAULT_REFUSED', { message: 'the stack is going down' })
    const unmet = unmetNeed(definition, this.host(), service)
    if (unmet === undefined) return
    const { message, expected } = unmet
    throw faultErrors.error('FD_FAULT_UNSUPPORTED', { message, given: service, ...defined({ expected }) })
  }

  /** Which links there are only the proxy knows, and it refuses the others. */
  host(): FaultHost {
    const services = this.#runtime.services()
    return {
      runtime: this.#runtime.name,
      capabilities: this.#runtime.capabilities,
      inside: services.flatMap(({ name, takesFaults }) => (takesFaults === true ? [name] : [])),
      rules: this.#rules === undefined ? [] : [this.#rules.part],
      ...this.#reach?.host,
    }
  }

  async #begin({ definition, params, slot, body, signal }: Injection): Promise<FaultView> {
    const { forMs, seed = randomInt(2 ** 32) } = body
    const id = randomUUID()
    const target: Target = { service: body.service, ...defined({ replica: body.replica }) }
    const subject = subjectOf(target, { runtime: this.#runtime, access: this.#access, rules: this.#rules })
    const running = await definition.start(subject, params, { id, forMs, seed, signal })
    const { injectedAtMs, landing } = running
    const { service, replica } = subject
    const undoneByMs = injectedAtMs + forMs
    const view = { id, fault: definition.name, service, replica, params, seed, injectedAtMs, undoneByMs, landing }
    this.#active.set(id, new ActiveFault(view, running, (lift) => this.#ended(view, lift, slot)))
    this.#listener?.injected(view)
    return view
  }

  #ended(view: FaultView, lift: LiftView, slot: FaultSlot): void {
    const fault = this.#active.get(view.id)
    if (fault?.failure !== undefined) this.#left.set(view.id, fault)
    for (const old of [...this.#left.keys()].slice(0, -REMEMBERED)) this.#left.delete(old)
    this.#active.delete(view.id)
    this.#slots.release(slot)
    this.#lifted.set(view.id, lift)
    for (const old of [...this.#lifted.keys()].slice(0, -REMEMBERED)) this.#lifted.delete(old)
    this.#listener?.ended(view)
  }
}

/** Of each service the latest first. Services do not wait for one another: one that cannot be reached is tried for seconds. */
async function latestFirst(faults: Iterable<ActiveFault>, act: (fault: ActiveFault) => Promise<void>): Promise<void> {
  const all = [...faults].reverse()
  const services = new Set(all.map(({ view }) => view.service))
  await Promise.all(
    [...services].map(async (service) => {
      for (const fault of all) if (fault.view.service === service) await act(fault)
    }),
  )
}

export interface ActiveFaultsOptions {
  runtime: Runtime
  /** The token that a part which takes faults asks for. */
  tokenOf(part: string): string
  /** The header Authorization of parts with a password, by name. Default: no part has one. */
  authorizations?: ReadonlyMap<string, string>
  listener?: FaultListener
  /** Missing where rules cannot be changed. */
  rules?: ExtraRules
  /** Throws while no fault may begin. Default: each may. */
  refuse?: () => void
  /** Finds a fault by its name. Default: among those that ship. */
  find?: (name: string) => FaultDefinition<TObject>
  /** For a system that is not ours. */
  reach?: FaultReach
}

/** The ways in which faults reach targets that take none into themselves. */
export interface FaultReach
  extends Required<Pick<SubjectAccess, 'besideOf' | 'originOf'>>,
    Pick<SubjectAccess, 'workloadOf' | 'linkOf'> {
  /** What its services and links can do for faults. */
  host: FaultHost
}

/** Called at each injection and at its end. */
export interface FaultListener {
  injected(view: FaultView): void
  ended(view: FaultView): void
}

interface Injection {
  definition: FaultDefinition<TObject>
  params: Record<string, unknown>
  slot: FaultSlot
  body: InjectBody
  signal: AbortSignal
}
