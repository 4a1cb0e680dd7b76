import type { FaultView, InjectBody, LiftView } from '../../api/contract.ts'
import { ActiveFaults } from '../../api/injector/active-faults.ts'
import { defined } from '../../base/defined.ts'
import { restOfMs } from '../../base/wait.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { RuntimeEvent, ServiceStatus, Target } from '../../runtimes/runtime.ts'
import type { ForeignRuntime } from '../foreign-runtime.ts'
import type { HaltWatch } from '../system-levers.ts'
import type { Guard, LeftFault } from './guard.ts'
import type { GuardReach } from './guard-reach.ts'

/** Holds the faults of a run: each is undone when it is lifted, when its time is over, or when the run goes away. */
export class Guardian implements Guard {
  readonly #runtime: ForeignRuntime
  readonly #faults: ActiveFaults
  #isOver = false
  #closed: Promise<LeftFault[]> | undefined

  readonly #stopWatching: () => void

  /**
   * The runtime must have been brought up. While the lever is pulled no fault begins, and those in force are undone. Without a
   * reach only what acts on processes can be injected.
   */
  constructor(runtime: ForeignRuntime, { lever, reach }: { lever?: HaltWatch; reach?: GuardReach } = {}) {
    this.#runtime = runtime
    const refuse = () => {
      if (this.#isOver)
        throw faultErrors.error('FD_FAULT_REFUSED', { message: 'the run is over: its faults are being undone' })
      lever?.refuse()
    }
    // No service of such a system takes faults into its own process: only the fault proxy may ask for a token.
    this.#faults = new ActiveFaults({
      runtime,
      tokenOf: (part) => reach?.tokenOf(part) ?? '',
      refuse,
      ...defined({ reach }),
    })
    this.#stopWatching =
      lever?.watch((halted) => halted !== undefined && void this.#faults.liftAll()) ?? (() => undefined)
  }

  async describe(): Promise<{ services: ServiceStatus[]; lastSequence: number }> {
    return { services: this.#runtime.services(), lastSequence: this.#runtime.events().at(-1)?.sequence ?? 0 }
  }

  inject(body: InjectBody): Promise<FaultView> {
    return this.#faults.inject(body)
  }

  lift(id: string): Promise<LiftView> {
    return this.#faults.lift(id)
  }

  liftAll(): Promise<LiftView[]> {
    return this.#faults.liftAll()
  }

  async faults(): Promise<FaultView[]> {
    return this.#faults.list()
  }

  restart(target: Target): Promise<void> {
    return this.#runtime.restart(target, 'operator')
  }

  scale(service: string, replicas: number): Promise<void> {
    return this.#runtime.scale(service, replicas, 'operator')
  }

  async events(afterSequence: number): Promise<RuntimeEvent[]> {
    return this.#runtime.events(afterSequence)
  }

  /** How long the longest of its faults would last yet, in milliseconds. */
  remainingMs(): number {
    const views = [...this.#faults.list(), ...this.#faults.left().map(({ view }) => view)]
    return Math.max(
      0,
      ...views.map(({ injectedAtMs, undoneByMs }) => restOfMs(undoneByMs - injectedAtMs, injectedAtMs)),
    )
  }

  /** Undoes everything that can be undone now; from then on nothing begins. Resolves with what is left, which can be tried again. */
  async endAll(): Promise<LeftFault[]> {
    this.#isOver = true
    this.#stopWatching()
    await this.#faults.undoLeft()
    await this.#faults.liftAll()
    const scaled = await this.#runtime.scaleBack()
    const faults = this.#faults.left().map(({ view, why }) => ({
      what: `${view.fault} of ${view.replica}`,
      why,
      isInCluster: this.#runtime.workload(view.service) !== undefined,
    }))
    return [...faults, ...scaled]
  }

  close(): Promise<LeftFault[]> {
    this.#closed ??= (async () => {
      const left = await this.endAll()
      // Not ActiveFaults.close() alone: that leaves processes as they are, since those of a stack of ours end with it.
      await this.#faults.close()
      await this.#runtime.down()
      return left
    })()
    return this.#closed
  }
}
