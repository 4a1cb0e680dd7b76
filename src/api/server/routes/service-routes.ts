import { defined } from '../../../base/defined.ts'
import type { Runtime, Target } from '../../../runtimes/runtime.ts'
import type { StackView } from '../../contract.ts'
import { checkRepair } from '../check-repair.ts'
import type { Router } from '../router.ts'

/** What can be done to a service. The responder may repair: restart, scale, configure. All else is the operator's. */
export function addServiceRoutes(router: Router, runtime: Runtime, view: () => StackView): void {
  router.add('logs', async ({ params, query }) => ({
    lines: await runtime.logs(targetOf(params, query), { lines: query.lines }),
  }))
  for (const verb of ['start', 'stop', 'pause', 'resume'] as const) {
    router.add(verb, async ({ params, body }) => {
      await runtime[verb](targetOf(params, body), 'operator')
      return view()
    })
  }
  router.add('restart', async ({ params, body, actor }) => {
    checkRepair(actor, { act: 'restart', ...params }, runtime)
    await runtime.restart(targetOf(params, body), actor)
    return view()
  })
  router.add('scale', async ({ params: { service }, body: { replicas }, actor }) => {
    checkRepair(actor, { act: 'scale', service, replicas }, runtime)
    await runtime.scale(service, replicas, actor)
    return view()
  })
  router.add('configure', async ({ params: { service }, body, actor }) => {
    checkRepair(actor, { act: 'configure', service }, runtime)
    await runtime.configure(service, body.settings, actor)
    return view()
  })
}

function targetOf({ service }: { service: string }, { replica }: { replica?: string }): Target {
  return { service, ...defined({ replica }) }
}
