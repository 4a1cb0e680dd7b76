import type { Halting } from '../../injector/halting.ts'
import type { LeasedChanges } from '../../injector/leased-changes.ts'
import type { Router } from '../router.ts'

/** Leases of changes to settings and replicas, for runs: control undoes a change whose lease ends. */
export function addChangeRoutes(router: Router, changes: LeasedChanges, halting: Halting | undefined): void {
  router.app.addHook('onClose', async () => changes.close())
  router.add('leaseChange', ({ params, body }) => {
    halting?.refuse()
    changes.renew(params.id, body)
    return { settled: false }
  })
  router.add('settleChange', ({ params }) => ({ settled: changes.settle(params.id) }))
}
