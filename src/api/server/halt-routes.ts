import type { onRequestAsyncHookHandler } from 'fastify'
import type { HttpServer } from '../../base/http/http-server.ts'
import { HaltAnswer, HaltBody, ReleaseAnswer } from '../contract.ts'
import type { ActiveFaults } from '../injector/active-faults.ts'
import { HaltSweep } from '../injector/halt-sweep.ts'
import type { Halting } from '../injector/halting.ts'
import type { LeasedChanges } from '../injector/leased-changes.ts'
import { withHttpStatus } from './with-http-status.ts'

/** The lever over HTTP. However it is pulled, every fault is lifted, those that went past control too, and what runs have changed goes back soon. */
export function addHaltRoutes(
  app: HttpServer,
  { halting, faults, changes }: { halting: Halting; faults: ActiveFaults; changes: LeasedChanges },
  operatorOnly: { onRequest: onRequestAsyncHookHandler },
): void {
  const undoing = new HaltSweep(() => {
    changes.hurry()
    return faults.sweep()
  })
  halting.watch((isPulled) => (isPulled ? undoing.begin() : undoing.forget()))
  app.addHook('onClose', async () => halting.close())
  app.put(
    '/v1/halt',
    { ...operatorOnly, schema: { body: HaltBody, response: { 200: HaltAnswer } } },
    async (request) => ({ halted: await halting.pull(request.body.why), lifted: await undoing.answer() }),
  )
  app.delete('/v1/halt', { ...operatorOnly, schema: { response: { 200: ReleaseAnswer } } }, async () => {
    const was = await withHttpStatus(() => halting.release())
    undoing.forget()
    return { was }
  })
}
