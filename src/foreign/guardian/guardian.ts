import type { FaultView, InjectBody, LiftView } from '../../api/contract.ts'
import { ActiveFaults } from '../../api/injector/active-faults.ts'
import { defined } from '../../base/defined.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Runtime, RuntimeEvent, ServiceStatus, Target } from '../../runtimes/runtime.ts'
import type { HaltWatch } from '../system-levers.ts'
import type { Guard } from './guard.ts'
import type { GuardReach } from './guard-reach.ts'

/** Holds the faults of a run: each is undone when it is lifted, when its time is over, or when the run goes away. */
export class Guardian implements Guard {
  readonly #runtime: Runtime
  readonly #faults: ActiveFaults
  #closed: Promise<void> | undefined

  readonly #stopWatching: () => void

  /**
   * The runtime must have been brought up. While the lever is pulled no fault begins, and those in force are undone. Without a
   * reach only what acts on processes can be injected.
   */
  constructor(runtime: Runtime, { lever, reach }: { lever?: HaltWatch; reach?: GuardReach } = {}) {
    this.#runtime = runtime
    const refuse = () => {
      if (this.#closed !== undefined)
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

  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#stopWatching()
      // Not ActiveFaults.close(): that leaves processes as they are, since those of a stack of ours end with it.
      await this.#faults.liftAll()
      await this.#faults.close()
      await this.#runtime.down()
    })()
    return this.#closed
  }
}
