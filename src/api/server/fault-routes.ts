import type { onRequestAsyncHookHandler } from 'fastify'
import type { HttpServer } from '../../base/http/http-server.ts'
import { FaultCatalogView, FaultParams, FaultsView, FaultView, InjectBody, LiftsView, LiftView } from '../contract.ts'
import type { ActiveFaults } from '../injector/active-faults.ts'
import { faultCatalog } from '../injector/fault-catalog.ts'
import { withHttpStatus } from './with-http-status.ts'

interface Guard {
  onRequest: onRequestAsyncHookHandler
}

/** What faults there are and are in force, for everybody; injecting is the operator's, undoing also the responder's. */
export function addFaultRoutes(
  app: HttpServer,
  faults: ActiveFaults,
  { operatorOnly, authorised }: { operatorOnly: Guard; authorised: Guard },
): void {
  app.get('/v1/faults', { schema: { response: { 200: FaultsView } } }, async () => ({ faults: faults.list() }))
  app.get('/v1/faults/catalog', { schema: { response: { 200: FaultCatalogView } } }, async () => faultCatalog())
  app.post(
    '/v1/faults',
    { ...operatorOnly, schema: { body: InjectBody, response: { 200: FaultView } } },
    async (request) => withHttpStatus(() => faults.inject(request.body)),
  )
  app.delete('/v1/faults', { ...authorised, schema: { response: { 200: LiftsView } } }, async () => ({
    lifted: await faults.liftAll(),
  }))
  app.delete(
    '/v1/faults/:id',
    { ...authorised, schema: { params: FaultParams, response: { 200: LiftView } } },
    async (request) => withHttpStatus(() => faults.lift(request.params.id)),
  )
}
