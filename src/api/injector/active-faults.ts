import { randomInt, randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { TObject } from 'typebox'
import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { restOfMs } from '../../base/wait.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { FaultDefinition, RunningFault, Undone } from '../../faults/fault.ts'
import { RENEW_EVERY_MS } from '../../faults/lease.ts'
import { MOST_FAULTS, MOST_THREADS } from '../../faults/machine/reserve.ts'
import { type FaultHost, unmetNeed } from '../../faults/needs.ts'
import { readParams } from '../../faults/params.ts'
import type { Runtime, Target } from '../../runtimes/runtime.ts'
import type { FaultView, InjectBody, LiftView } from '../contract.ts'
import type { ExtraRules } from './extra-rules.ts'
import { findFault } from './fault-catalog.ts'
import { type SubjectAccess, subjectOf } from './subject.ts'
import { liftUnknownFaults } from './unknown-faults.ts'

/** How many faults that are over are remembered, so that whoever lifts one learns how it ended. */
const REMEMBERED = 200
/** How long undoing may hold up the end of the stack, in milliseconds. */
const CLOSE_WITHIN_MS = 2_000
/** What could not be undone is tried again after this, and no more once the time is over. Milliseconds. */
const AGAIN_AFTER_MS = 250
const AGAIN_WITHIN_MS = 5_000

interface Active {
  view: FaultView
  running: RunningFault
  deadline: NodeJS.Timeout
  renewal: NodeJS.Timeout | undefined
  /** A renewal that is under way. */
  renewing: Promise<void> | undefined
  ending: Promise<LiftView> | undefined
  place: Place
}

/** What a fault takes of the bounds that hold for all of them together. */
interface Place {
  threads: number
}

/** Who wants to know of each injection and of its end. */
export interface FaultListener {
  injected(view: FaultView): void
  ended(view: FaultView): void
}

export interface ActiveFaultsOptions {
  runtime: Runtime
  /** What a part that takes faults asks for. */
  tokenOf(part: string): string
  /** What parts with a password want to hear, by name. Default: none has one. */
  authorizations?: ReadonlyMap<string, string>
  listener?: FaultListener
  /** Missing where rules are nobody's to change. */
  rules?: ExtraRules
  /** Throws while no fault may begin. Default: each may. */
  refuse?: () => void
  /** Knows the faults by name. Default: those there are. */
  find?: (name: string) => FaultDefinition<TObject>
}

/** The faults that are in force. Each is undone when it is lifted, when its time is over, or when the stack goes down. */
export class ActiveFaults {
  readonly #runtime: Runtime
  readonly #access: SubjectAccess
  readonly #listener: FaultListener | undefined
  readonly #rules: ExtraRules | undefined
  readonly #refuse: () => void
  readonly #find: (name: string) => FaultDefinition<TObject>
  readonly #active = new Map<string, Active>()
  readonly #over = new Map<string, LiftView>()
  /** Injections of which it is not known yet whether they land. */
  readonly #beginning = new Set<Promise<unknown>>()
  /** Of those in force, and of those that begin. */
  readonly #places = new Set<Place>()
  /** Fault and service of those that bear no second one beside them, from before they begin until they are undone. */
  readonly #alone = new Set<string>()
  #closed = false

  constructor(options: ActiveFaultsOptions) {
    const {
      runtime,
      tokenOf,
      authorizations = new Map(),
      listener,
      rules,
      refuse = () => undefined,
      find = findFault,
    } = options
    this.#runtime = runtime
    this.#access = { tokenOf, passwords: authorizations }
    this.#listener = listener
    this.#rules = rules
    this.#refuse = refuse
    this.#find = find
  }

  list(): FaultView[] {
    return [...this.#active.values()].map((one) => one.view)
  }

  /**
   * Resolves when it is known whether the fault landed.
   * @throws FD_HALTED, FD_FAULT_UNKNOWN, FD_FAULT_PARAMS, FD_FAULT_UNSUPPORTED, FD_FAULT_REFUSED, and what the target refused it with
   */
  async inject(body: InjectBody): Promise<FaultView> {
    this.#refuse()
    const definition = this.#find(body.fault)
    const params = readParams(definition, body.params)
    const target: Target = { service: body.service, ...defined({ replica: body.replica }) }
    this.#check(definition, target)
    const key = definition.alone === true ? `${definition.name} ${target.service}` : undefined
    if (key !== undefined) this.#refuseSecond(key, definition.name, target)
    const place = this.#takePlace(definition.threads?.(params as never) ?? 0)
    if (key !== undefined) this.#alone.add(key)
    const beginning = this.#begin(definition, params, target, body, place)
    this.#beginning.add(beginning)
    try {
      return await beginning
    } catch (error) {
      if (key !== undefined) this.#alone.delete(key)
      this.#places.delete(place)
      throw error
    } finally {
      this.#beginning.delete(beginning)
    }
  }

  /** @throws FD_FAULT_NOT_ACTIVE when there never was such a fault; one that is over already says how it ended. */
  async lift(id: string): Promise<LiftView> {
    const active = this.#active.get(id)
    const over = this.#over.get(id)
    if (active !== undefined) return this.#end(active, '')
    if (over !== undefined) return over
    throw faultErrors.error('FD_FAULT_NOT_ACTIVE', { message: `no fault has the id ${id}`, given: id })
  }

  /** Undoes everything, of each service the last first; what is only beginning once it has begun. */
  async liftAll(): Promise<LiftView[]> {
    const lifted = await this.#liftActive()
    await Promise.allSettled(this.#beginning)
    return [...lifted, ...(await this.#liftActive())]
  }

  /** Also undoes what somebody has injected past control, once what is known is undone. */
  async sweep(): Promise<LiftView[]> {
    return [...(await this.liftAll()), ...(await liftUnknownFaults(this.#runtime, this.#access))]
  }

  /** Services do not wait for one another: one that cannot be reached is tried for seconds. */
  async #liftActive(): Promise<LiftView[]> {
    const all = [...this.#active.values()].reverse()
    const services = new Set(all.map(({ view }) => view.service))
    const lifted = new Map<string, LiftView>()
    await Promise.all(
      [...services].map(async (service) => {
        for (const one of all) if (one.view.service === service) lifted.set(one.view.id, await this.#end(one, ''))
      }),
    )
    return all.flatMap(({ view }) => lifted.get(view.id) ?? [])
  }

  /**
   * Undoes, the last first, what targets hold by themselves, and forgets the rest: processes end with the stack anyway.
   * Takes nothing more.
   */
  async close(): Promise<void> {
    this.#closed = true
    const undoing = (async () => {
      await Promise.allSettled(this.#beginning)
      for (const active of [...this.#active.values()].reverse())
        if (active.running.renew !== undefined) await this.#end(active, 'the stack goes down: ')
    })()
    let bound: NodeJS.Timeout | undefined
    await Promise.race([
      undoing,
      new Promise<void>((resolve) => {
        bound = setTimeout(resolve, CLOSE_WITHIN_MS)
      }),
    ])
    clearTimeout(bound)
    for (const { deadline, renewal } of this.#active.values()) {
      clearTimeout(deadline)
      clearInterval(renewal)
    }
    this.#active.clear()
    this.#places.clear()
  }

  /** @throws FD_FAULT_REFUSED when all faults together would be more than the machine is to bear */
  #takePlace(threads: number): Place {
    const next = 'firedrill fault active, and lift one of them'
    if (this.#places.size >= MOST_FAULTS) {
      const message = `${MOST_FAULTS} faults are in force already, as many as may be at once`
      throw faultErrors.error('FD_FAULT_REFUSED', { message, next })
    }
    const busy = [...this.#places].reduce((sum, one) => sum + one.threads, 0)
    const most = Math.max(MOST_THREADS.least, MOST_THREADS.perCore * availableParallelism())
    if (busy + threads > most) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `with ${threads} threads more, faults would keep ${busy + threads} busy`,
        expected: `at most ${most} on this machine, in all faults together`,
        next,
      })
    }
    const place = { threads }
    this.#places.add(place)
    return place
  }

  #check(definition: FaultDefinition, { service }: Target): void {
    if (this.#closed) throw faultErrors.error('FD_FAULT_REFUSED', { message: 'the stack is going down' })
    const unmet = unmetNeed(definition, this.#host(), service)
    if (unmet === undefined) return
    const { message, expected } = unmet
    throw faultErrors.error('FD_FAULT_UNSUPPORTED', { message, given: service, ...defined({ expected }) })
  }

  /** Which links there are only the proxy knows, and it refuses the others. */
  #host(): FaultHost {
    const services = this.#runtime.services()
    return {
      capabilities: this.#runtime.capabilities,
      inside: services.flatMap(({ name, takesFaults }) => (takesFaults === true ? [name] : [])),
      rules: this.#rules === undefined ? [] : [this.#rules.part],
    }
  }

  #refuseSecond(key: string, name: string, { service }: Target): void {
    if (this.#alone.has(key))
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${name} is in force on ${service} already, and each would put back what it found`,
        next: 'firedrill fault active',
      })
  }

  async #begin(
    definition: FaultDefinition<TObject>,
    params: Record<string, unknown>,
    target: Target,
    { forMs, seed = randomInt(2 ** 32) }: InjectBody,
    place: Place,
  ): Promise<FaultView> {
    const id = randomUUID()
    const subject = subjectOf(this.#runtime, target, this.#access, this.#rules)
    const running = await definition.start(subject, params, { id, forMs, seed })
    const { injectedAtMs, landing } = running
    const { service, replica } = subject
    const undoneByMs = injectedAtMs + forMs
    const view = { id, fault: definition.name, service, replica, params, seed, injectedAtMs, undoneByMs, landing }
    const active: Active = {
      view,
      running,
      deadline: setTimeout(() => void this.#end(active, 'its time was over: '), restOfMs(forMs, injectedAtMs)),
      renewal: running.renew && setInterval(() => this.#renew(active), RENEW_EVERY_MS),
      renewing: undefined,
      ending: undefined,
      place,
    }
    this.#active.set(id, active)
    this.#listener?.injected(view)
    return view
  }

  /** One at a time: a target that is slow to answer is not asked again meanwhile. */
  #renew(active: Active): void {
    // A target that cannot be reached drops the fault by itself, or is found without it later.
    active.renewing ??= active.running
      .renew?.()
      .catch(() => true)
      .then((isHeld) => {
        active.renewing = undefined
        if (!isHeld) void this.#end(active, '')
      })
  }

  #end(active: Active, why: string): Promise<LiftView> {
    active.ending ??= this.#undo(active, why)
    return active.ending
  }

  async #undo({ view, running, deadline, renewal, renewing, place }: Active, why: string): Promise<LiftView> {
    clearTimeout(deadline)
    clearInterval(renewal)
    const { id, fault, service, replica } = view
    // A renewal that arrives after the undoing would bring the fault back.
    await renewing
    const undone = await undo(running)
    const over = { id, fault, service, replica, liftedAtMs: Date.now(), ...undone, detail: `${why}${undone.detail}` }
    this.#active.delete(id)
    this.#places.delete(place)
    this.#alone.delete(`${fault} ${service}`)
    this.#over.set(id, over)
    for (const old of [...this.#over.keys()].slice(0, -REMEMBERED)) this.#over.delete(old)
    this.#listener?.ended(view)
    return over
  }
}

/** What fails may fail for a moment only: the target is starting, the proxy is being restarted. */
async function undo(running: RunningFault): Promise<Undone> {
  const startedMs = performance.now()
  while (true) {
    try {
      return await running.undo()
    } catch (error) {
      if (performance.now() - startedMs + AGAIN_AFTER_MS > AGAIN_WITHIN_MS)
        return { changed: false, detail: `could not be undone: ${messageOf(error)}` }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
    }
  }
}
