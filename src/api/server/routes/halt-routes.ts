import type { ActiveFaults } from '../../injector/active-faults.ts'
import { HaltSweep } from '../../injector/halt-sweep.ts'
import type { Halting } from '../../injector/halting.ts'
import type { LeasedChanges } from '../../injector/leased-changes.ts'
import type { Router } from '../router.ts'

/**
 * Halting over HTTP. However it is halted, every fault is lifted, also those that were injected past control, and what runs have
 * changed is undone soon.
 */
export function addHaltRoutes(
  router: Router,
  { halting, faults, changes }: { halting: Halting; faults: ActiveFaults; changes: LeasedChanges },
): void {
  const sweep = new HaltSweep(() => {
    changes.hurry()
    return faults.sweep()
  })
  halting.watch((isHalted) => (isHalted ? sweep.begin() : sweep.forget()))
  router.app.addHook('onClose', async () => halting.close())
  router.add('halt', async ({ body }) => ({ halted: await halting.pull(body.why), lifted: await sweep.answer() }))
  router.add('release', async () => {
    const was = await halting.release()
    sweep.forget()
    return { was }
  })
}
