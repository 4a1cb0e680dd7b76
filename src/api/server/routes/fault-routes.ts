import type { FaultHost } from '../../../faults/needs.ts'
import type { Runtime } from '../../../runtimes/runtime.ts'
import type { Link } from '../../../stack/links.ts'
import type { ActiveFaults } from '../../injector/active-faults.ts'
import { faultCatalog } from '../../injector/fault-catalog.ts'
import type { Router } from '../router.ts'

/** Faults: anyone may see them, the operator injects them, and the responder too may lift them. */
export function addFaultRoutes(router: Router, faults: ActiveFaults, { runtime, links }: Targets): void {
  router.add('faults', () => ({ faults: faults.list(), ended: faults.ended() }))
  router.add('faultCatalog', () => {
    const proxied = links().filter(({ from, kind }) => from === PROXY && kind === 'calls')
    const host: FaultHost = { ...faults.host(), links: proxied.map(({ to }) => to) }
    return faultCatalog({ host, parts: runtime.services().map(({ name }) => name) })
  })
  router.add('inject', ({ body }) => faults.inject(body))
  router.add('liftAll', async () => ({ lifted: await faults.liftAll() }))
  router.add('lift', ({ params }) => faults.lift(params.id))
}

interface Targets {
  runtime: Pick<Runtime, 'services'>
  links(): readonly Link[]
}

/** What it stands before takes faults of the network. */
const PROXY = 'proxy'
