import type { ActiveFaults } from '../../injector/active-faults.ts'
import { faultCatalog } from '../../injector/fault-catalog.ts'
import type { Router } from '../router.ts'

/** Faults: anyone may see them, the operator injects them, and the responder too may lift them. */
export function addFaultRoutes(router: Router, faults: ActiveFaults): void {
  router.add('faults', () => ({ faults: faults.list() }))
  router.add('faultCatalog', () => faultCatalog())
  router.add('inject', ({ body }) => faults.inject(body))
  router.add('liftAll', async () => ({ lifted: await faults.liftAll() }))
  router.add('lift', ({ params }) => faults.lift(params.id))
}
