import { FiredrillError } from '../../base/errors.ts'
import type { SystemUnderDrill } from '../../drills/system.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { FaultView, InjectBody, LiftView } from '../contract.ts'

/** The faults of a drill, by means of what injects them: the control API, or the guardian of a system that is not ours. */
export function faultsOver(injector: Injector): FaultsOfDrill {
  return {
    inject: ({ fault, target, params, forMs }) => injector.inject({ fault, ...target, params, forMs }),
    lift: async (id) => {
      const lifted = await injector.lift(id).catch((error: unknown) => {
        // Its time was over before: it is undone already.
        if (!(error instanceof FiredrillError) || error.code !== 'FD_FAULT_NOT_ACTIVE') throw error
        return { liftedAtMs: Date.now(), changed: false, detail: 'lifted before, by its own time limit', failed: false }
      })
      const { liftedAtMs, changed, detail, failed } = lifted
      if (failed === true) throw faultErrors.error('FD_FAULT_NOT_UNDONE', { message: detail })
      return { liftedAtMs, changed, detail }
    },
    clearFaults: async () => (await injector.liftAll()).length,
    activeFaults: async () => (await injector.faults()).map(({ id, fault, service }) => ({ id, fault, service })),
  }
}

type FaultsOfDrill = Pick<SystemUnderDrill, 'inject' | 'lift' | 'clearFaults' | 'activeFaults'>

interface Injector {
  inject(body: InjectBody): Promise<FaultView>
  lift(id: string): Promise<LiftView>
  liftAll(): Promise<LiftView[]>
  faults(): Promise<FaultView[]>
}
