import type { Logger } from 'pino'
import { defined } from '../../base/defined.ts'
import { bearerAuth, createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import type { Actor, Runtime, Target } from '../../runtimes/runtime.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import {
  ConfigureBody,
  EventsQuery,
  EventsView,
  LeaseBody,
  LeaseParams,
  LogsQuery,
  LogsView,
  ReplicaBody,
  ScaleBody,
  ServiceParams,
  SettledView,
  SituationView,
  StackView,
} from '../contract.ts'
import type { ActiveFaults } from '../injector/active-faults.ts'
import type { Halting } from '../injector/halting.ts'
import { LeasedChanges } from '../injector/leased-changes.ts'
import { addClientRequests } from './client-requests.ts'
import { closePromptly } from './close-promptly.ts'
import { addConsoleFiles } from './console-files.ts'
import { addFaultRoutes } from './fault-routes.ts'
import { addHaltRoutes } from './halt-routes.ts'
import { addIncidentsRoutes } from './incidents-routes.ts'
import { addLoadRoutes } from './load-routes.ts'
import { addQuotesRoutes } from './quotes-routes.ts'
import { checkRepair } from './repairs.ts'
import { Situation, type SituationOptions } from './situation.ts'
import { withHttpStatus } from './with-http-status.ts'

export interface ControlServerOptions {
  runtime: Runtime
  faults: ActiveFaults
  /** Default: there is no lever. */
  halting?: Halting
  /** What control says of itself at GET /metrics. Default: nothing. */
  metrics?: Metrics
  /** How often Prometheus scrapes control, in milliseconds. Default 500. */
  scrapeMs?: number
  /** Where to look for what goes on besides the parts. Default: there is no such route. */
  situation?: Pick<SituationOptions, 'folder' | 'authorizations' | 'settings'>
  /** Whose token acts in whose name. */
  tokens: { operator: string; responder: string }
  /** By which the responder knows that control speaks for the operator. */
  maintenanceToken: string
  view(): StackView
  /** Called once when someone asks for the stack to go down. */
  down(): void
  logger: Logger
  /** Folder of the built console. Default: no page is served, only the API. */
  consoleFolder?: string
}

/** The control API: reading is free on this machine, everything that changes the system wants a token. */
export function createControlServer(options: ControlServerOptions): HttpServer {
  const {
    runtime,
    faults,
    halting,
    metrics,
    scrapeMs = 500,
    situation,
    tokens,
    maintenanceToken,
    view,
    down,
    logger,
    consoleFolder,
  } = options
  const app = createHttpServer({ logger })
  const tokenOf = bearerAuth(tokens)
  const actors = new WeakMap<object, Actor>()
  const authorised = {
    onRequest: async (request: Parameters<typeof tokenOf>[0]) => void actors.set(request, tokenOf(request)),
  }
  // The responder restarts, scales, configures and lifts faults; all else is the operator's.
  const operatorOf = bearerAuth({ operator: tokens.operator })
  const operatorOnly = { onRequest: async (request: Parameters<typeof operatorOf>[0]) => void operatorOf(request) }
  const actorOf = (request: object): Actor => actors.get(request) ?? 'operator'

  if (consoleFolder !== undefined)
    void app.register(async (scope) => addConsoleFiles(scope as HttpServer, consoleFolder))
  closePromptly(app)
  addQuotesRoutes(app, () => runtime.services())
  const loadMetrics = addLoadRoutes(app, operatorOnly)
  const clientMetrics = addClientRequests(app, () => runtime.services(), operatorOnly, { scrapeMs })
  const responding = addIncidentsRoutes(app, {
    services: () => runtime.services(),
    token: maintenanceToken,
    operatorOnly,
  })
  app.get('/v1/health', async () => ({ status: 'ok' }))
  app.get('/v1/stack', { schema: { response: { 200: StackView } } }, async () => view())
  if (situation !== undefined) {
    const now = new Situation({ ...situation, runtime, ...responding })
    app.get('/v1/situation', { schema: { response: { 200: SituationView } } }, () => now.view())
  }
  app.get('/v1/events', { schema: { querystring: EventsQuery, response: { 200: EventsView } } }, async (request) => ({
    events: runtime.events(request.query.after),
  }))
  app.get(
    '/v1/services/:service/logs',
    { ...operatorOnly, schema: { params: ServiceParams, querystring: LogsQuery, response: { 200: LogsView } } },
    async (request) => ({
      lines: await withHttpStatus(() =>
        runtime.logs(target(request.params.service, request.query.replica), { lines: request.query.lines }),
      ),
    }),
  )

  for (const verb of ['start', 'stop', 'pause', 'resume'] as const) {
    app.post(
      `/v1/services/:service/${verb}`,
      { ...operatorOnly, schema: { params: ServiceParams, body: ReplicaBody, response: { 200: StackView } } },
      async (request) => {
        await withHttpStatus(() => runtime[verb](target(request.params.service, request.body.replica), 'operator'))
        return view()
      },
    )
  }
  app.post(
    '/v1/services/:service/restart',
    { ...authorised, schema: { params: ServiceParams, body: ReplicaBody, response: { 200: StackView } } },
    async (request) => {
      const { service } = request.params
      checkRepair(actorOf(request), { act: 'restart', service }, runtime)
      await withHttpStatus(() => runtime.restart(target(service, request.body.replica), actorOf(request)))
      return view()
    },
  )
  app.post(
    '/v1/services/:service/scale',
    { ...authorised, schema: { params: ServiceParams, body: ScaleBody, response: { 200: StackView } } },
    async (request) => {
      const { service } = request.params
      const { replicas } = request.body
      checkRepair(actorOf(request), { act: 'scale', service, replicas }, runtime)
      await withHttpStatus(() => runtime.scale(service, replicas, actorOf(request)))
      return view()
    },
  )
  app.post(
    '/v1/services/:service/configure',
    { ...authorised, schema: { params: ServiceParams, body: ConfigureBody, response: { 200: StackView } } },
    async (request) => {
      const { service } = request.params
      checkRepair(actorOf(request), { act: 'configure', service }, runtime)
      await withHttpStatus(() => runtime.configure(service, request.body.settings, actorOf(request)))
      return view()
    },
  )

  const changes = new LeasedChanges(runtime, (message) => logger.warn(message))
  app.addHook('onClose', async () => changes.close())
  app.put(
    '/v1/changes/:id',
    { ...operatorOnly, schema: { params: LeaseParams, body: LeaseBody, response: { 200: SettledView } } },
    async (request) => {
      await withHttpStatus(async () => halting?.refuse())
      changes.renew(request.params.id, request.body)
      return { settled: false }
    },
  )
  app.delete(
    '/v1/changes/:id',
    { ...operatorOnly, schema: { params: LeaseParams, response: { 200: SettledView } } },
    async (request) => ({ settled: changes.settle(request.params.id) }),
  )
  addFaultRoutes(app, faults, { operatorOnly, authorised })
  if (halting !== undefined) addHaltRoutes(app, { halting, faults, changes }, operatorOnly)
  if (metrics !== undefined) {
    app.get('/metrics', async (_request, reply) =>
      reply.type(Metrics.contentType).send(`${await metrics.render()}\n${loadMetrics()}\n${clientMetrics()}`),
    )
  }
  app.post('/v1/down', operatorOnly, async (_request, reply) => {
    reply.raw.once('close', down)
    return reply.code(202).send({ state: 'stopping' })
  })
  return app
}

function target(service: string, replica: string | undefined): Target {
  return { service, ...defined({ replica }) }
}
