import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { defined } from '../../base/defined.ts'
import { createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import { serveOpenApi } from '../../base/openapi/openapi.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import { objectiveId } from '../../slo/objective.ts'
import { type Profile, profiles } from '../../stack/profile.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { describeSystem } from '../client/drill-system.ts'
import type { ChildCommands } from '../commands/child-commands.ts'
import type { StackView } from '../contract.ts'
import type { ActiveFaults } from '../injector/active-faults.ts'
import type { Halting } from '../injector/halting.ts'
import { LeasedChanges } from '../injector/leased-changes.ts'
import { Callers } from './access/callers.ts'
import { Sessions } from './access/sessions.ts'
import { closePromptly } from './close-promptly.ts'
import { addConsoleFiles } from './console-files.ts'
import { apiInfo, describeApi } from './description/describe-api.ts'
import { DrillCatalog } from './drills/drill-catalog.ts'
import { JournalIndex } from './drills/journal-index.ts'
import { faultsFrom } from './loads/faults-from.ts'
import { KeptLoads } from './loads/kept-loads.ts'
import { LiveLoads } from './loads/live-loads.ts'
import { StartedLoads } from './loads/started-loads.ts'
import { MonitoringLink } from './monitoring/monitoring-link.ts'
import { addMonitoringRoutes } from './monitoring/monitoring-routes.ts'
import { QuotesSource } from './quotes-source.ts'
import { ResponderLink } from './responder-link.ts'
import { Router } from './router.ts'
import { addChangeRoutes } from './routes/change-routes.ts'
import { addClientRequestsRoute } from './routes/client-requests-routes.ts'
import { addDashboardRoutes } from './routes/dashboard-routes.ts'
import { addDrillRoutes } from './routes/drill-routes.ts'
import { addFaultRoutes } from './routes/fault-routes.ts'
import { addHaltRoutes } from './routes/halt-routes.ts'
import { addIncidentsRoutes } from './routes/incidents-routes.ts'
import { addLoadRoutes } from './routes/load-routes.ts'
import { addLoadsRoutes } from './routes/loads-routes.ts'
import { addPartsRoutes, type PartsOptions } from './routes/parts-routes.ts'
import { addQuotesRoutes } from './routes/quotes-routes.ts'
import { addRunRoutes } from './routes/run-routes.ts'
import { addServiceRoutes } from './routes/service-routes.ts'
import { addSessionRoutes } from './routes/session-routes.ts'
import { addStackRoutes } from './routes/stack-routes.ts'
import type { SituationOptions } from './situation.ts'

export interface ControlServerOptions {
  runtime: Runtime
  faults: ActiveFaults
  /** Default: nothing can be halted. */
  halting?: Halting
  /** Control's own metrics, served at GET /metrics. Default: none. */
  metrics?: Metrics
  /** The clocks of the stack. Default: those of the lab. */
  profile?: Profile
  /** Where to look for what goes on besides the parts. Default: there is no such route. */
  situation?: Pick<SituationOptions, 'folder' | 'authorizations' | 'settings'>
  /** How parts are linked and measured. Default: no link is known, and only Prometheus is asked what they use. */
  parts?: PartsOptions
  /** Runs drills and loads for the console. Default: none can be started. */
  commands?: ChildCommands
  /** Whose token acts in whose name. */
  tokens: { operator: string; responder: string }
  /** Who may read without a session: `everyone` who can connect, or only clients on this machine. Default: everyone. */
  readers?: 'everyone' | 'local'
  /** Shows the responder that control acts for the operator. */
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
  const { runtime, faults, halting, metrics, situation, view, down, logger, consoleFolder } = options
  const { profile = profiles.lab } = options
  const app = createHttpServer({ logger })
  const services = () => runtime.services()
  const sessions = new Sessions(() => view().id)
  const { tokens, readers, parts = UNKNOWN_PARTS } = options
  const callers = new Callers({ tokens, sessions, ...defined({ readers }) })
  const router = new Router(app, callers)
  const responder = new ResponderLink(services, options.maintenanceToken)
  const changes = new LeasedChanges(runtime, (message) => logger.warn(message))

  if (consoleFolder !== undefined)
    void app.register(async (scope) => addConsoleFiles(scope as HttpServer, consoleFolder))
  serveOpenApi(app, apiInfo('1'), describeApi)
  closePromptly(app)
  addStackRoutes(router, {
    runtime,
    view,
    down,
    situation: situation && { ...situation, runtime, responder },
  })
  addSessionRoutes(router, sessions, () => view().url)
  addServiceRoutes(router, runtime, view)
  addChangeRoutes(router, changes, halting)
  addFaultRoutes(router, faults, { runtime, links: parts.links })
  addPartsRoutes(router, runtime, parts)
  if (halting !== undefined) addHaltRoutes(router, { halting, faults, changes })
  addQuotesRoutes(router, new QuotesSource(services))
  addIncidentsRoutes(router, responder)
  const runMetrics = situation === undefined ? () => '' : addSituation(router, options, situation)
  const loadMetrics = addLoads(router, options)
  const clientMetrics = addClientRequestsRoute(router, { services, scrapeMs: profile.timing.scrapeMs })
  if (metrics !== undefined) {
    const onRequest = async (request: FastifyRequest) => void callers.of('anyone', request)
    app.get('/metrics', { onRequest }, async (_request, reply) =>
      reply
        .type(Metrics.contentType)
        .send([await metrics.render(), loadMetrics(), clientMetrics(), runMetrics()].join('\n')),
    )
  }
  return app
}

const UNKNOWN_PARTS: PartsOptions = {
  links: () => [],
  authorizations: new Map(),
  exporterScrapeMs: 1_000,
  runsHere: false,
}

/** The drills of the state folder, and what the monitoring says. Returns what renders the metrics of runs. */
function addSituation(
  router: Router,
  { runtime, view, profile = profiles.lab, commands, halting }: ControlServerOptions,
  { folder, authorizations, settings }: Pick<SituationOptions, 'folder' | 'authorizations' | 'settings'>,
): () => string {
  const journals = new JournalIndex(folder)
  const monitoring = new MonitoringLink(runtime, authorizations, settings?.metricsStore)
  addDashboardRoutes(router, { profile, prometheus: () => monitoring.prometheus })
  addMonitoringRoutes(router, { runtime, authorizations, settings, journals, profile: () => view().profile })
  const catalog = new DrillCatalog(journals, { objectives: settings?.objectives.map(objectiveId) })
  const accessTo = (part: string) => defined({ authorization: authorizations.get(part) })
  const access = { prometheus: accessTo('prometheus'), alertmanager: accessTo('alertmanager') }
  addDrillRoutes(router, { catalog, journals, describe: () => ({ ...describeSystem(view()), access }) })
  return addRunRoutes(router, { commands, catalog, halting })
}

/** The loads that report, those in the state folder, and the one that the console has started. Returns what renders their metrics. */
function addLoads(router: Router, { runtime, situation, commands, halting }: ControlServerOptions): () => string {
  const started = new StartedLoads({ commands, halting })
  const live = new LiveLoads({ isOurs: (pid) => started.isOurs(pid) })
  const monitoring =
    situation && new MonitoringLink(runtime, situation.authorizations, situation.settings?.metricsStore)
  const faultsIn = monitoring && faultsFrom(() => monitoring.prometheus)
  addLoadsRoutes(router, { live, started, kept: new KeptLoads(situation?.folder.loads), faultsIn })
  return addLoadRoutes(router, live)
}
