import type { Static, TObject, TSchema } from '#typebox'
import {
  DashboardData,
  DashboardDataQuery,
  DashboardParams,
  DashboardQuery,
  DashboardsView,
  DashboardView,
  PanelParams,
  WhyEmptyQuery,
  WhyEmptyView,
} from './contract/dashboards.ts'
import {
  DrillParams,
  DrillsView,
  DrillView,
  JournalParams,
  JournalReport,
  JournalsQuery,
  JournalsView,
  JournalView,
  PlanQuery,
  PlanView,
} from './contract/drills/drills.ts'
import { RunBody, RunParams, RunReport, RunReportTaken, RunsView, RunView } from './contract/drills/runs.ts'
import { type Endpoint, type EndpointName, endpoints } from './contract/endpoints.ts'
import {
  FaultCatalogView,
  FaultParams,
  FaultsView,
  FaultView,
  InjectBody,
  LiftsView,
  LiftView,
} from './contract/faults.ts'
import { HaltAnswer, HaltBody, ReleaseAnswer } from './contract/halt.ts'
import { IncidentParams, IncidentStory, IncidentsView, MaintenanceBody, MaintenanceView } from './contract/incidents.ts'
import { ClientRequests, ClientRequestsTaken, LoadAnswer, LoadView } from './contract/load/live-load.ts'
import {
  ComparisonParams,
  JourneysView,
  LoadBody,
  LoadComparison,
  LoadHead,
  LoadParams,
  LoadReport,
  LoadRunView,
  LoadsQuery,
  LoadsView,
} from './contract/load/loads.ts'
import {
  AlertHistoryView,
  AlertRuleHistoryView,
  AlertRuleQuery,
  AlertsView,
  HistoryQuery,
  RunbookParams,
  RunbookView,
} from './contract/monitoring/alerts.ts'
import { CoverageView } from './contract/monitoring/coverage.ts'
import { ObjectiveHistoryView, ObjectiveQuery, ObjectivesView } from './contract/monitoring/objectives.ts'
import { TopologyView, UsageView } from './contract/parts.ts'
import { QuotesEvent, QuotesHistoryQuery, QuotesHistoryView, QuotesView } from './contract/quotes.ts'
import {
  ConfigureBody,
  LeaseBody,
  LeaseParams,
  LogsQuery,
  LogsView,
  ReplicaBody,
  ScaleBody,
  ServiceParams,
  SettledView,
} from './contract/services.ts'
import { LinkBody, LinkView, LoginBody, LoginView, SessionBody, SessionView } from './contract/session.ts'
import { SituationView } from './contract/situation.ts'
import { DownView, EventsQuery, EventsView, HealthView, StackView } from './contract/stack.ts'

/** A route of the control API. */
export interface Route extends Endpoint {
  params?: TObject
  query?: TObject
  body?: TSchema
  /** Of a stream: the data of one event. */
  response: TSchema
  /** Of a success. Default 200. */
  status?: number
}

const onReplica = { params: ServiceParams, body: ReplicaBody, response: StackView }

/** Every route of the control API with its schemas. The server registers from it; clients and the console take its types. */
export const routes = {
  health: { ...endpoints.health, response: HealthView },

  createLink: { ...endpoints.createLink, body: LinkBody, response: LinkView, status: 201 },
  login: { ...endpoints.login, body: LoginBody, response: LoginView },
  session: { ...endpoints.session, response: SessionView },
  setSession: { ...endpoints.setSession, body: SessionBody, response: SessionView },
  logout: { ...endpoints.logout, response: SessionView },

  stack: { ...endpoints.stack, response: StackView },
  situation: { ...endpoints.situation, response: SituationView },
  events: { ...endpoints.events, query: EventsQuery, response: EventsView },
  topology: { ...endpoints.topology, response: TopologyView },
  usage: { ...endpoints.usage, response: UsageView },
  down: { ...endpoints.down, response: DownView, status: 202 },

  logs: { ...endpoints.logs, params: ServiceParams, query: LogsQuery, response: LogsView },
  start: { ...endpoints.start, ...onReplica },
  stop: { ...endpoints.stop, ...onReplica },
  pause: { ...endpoints.pause, ...onReplica },
  resume: { ...endpoints.resume, ...onReplica },
  restart: { ...endpoints.restart, ...onReplica },
  scale: { ...endpoints.scale, params: ServiceParams, body: ScaleBody, response: StackView },
  configure: { ...endpoints.configure, params: ServiceParams, body: ConfigureBody, response: StackView },

  leaseChange: { ...endpoints.leaseChange, params: LeaseParams, body: LeaseBody, response: SettledView },
  settleChange: { ...endpoints.settleChange, params: LeaseParams, response: SettledView },

  faults: { ...endpoints.faults, response: FaultsView },
  faultCatalog: { ...endpoints.faultCatalog, response: FaultCatalogView },
  inject: { ...endpoints.inject, body: InjectBody, response: FaultView },
  lift: { ...endpoints.lift, params: FaultParams, response: LiftView },
  liftAll: { ...endpoints.liftAll, response: LiftsView },

  halt: { ...endpoints.halt, body: HaltBody, response: HaltAnswer },
  release: { ...endpoints.release, response: ReleaseAnswer },

  quotes: { ...endpoints.quotes, response: QuotesView },
  quotesHistory: { ...endpoints.quotesHistory, query: QuotesHistoryQuery, response: QuotesHistoryView },
  quotesStream: { ...endpoints.quotesStream, response: QuotesEvent },

  incidents: { ...endpoints.incidents, response: IncidentsView },
  incident: { ...endpoints.incident, params: IncidentParams, response: IncidentStory },
  incidentsStream: { ...endpoints.incidentsStream, response: IncidentsView.properties.incidents },
  maintenance: { ...endpoints.maintenance, response: MaintenanceView },
  setMaintenance: { ...endpoints.setMaintenance, body: MaintenanceBody, response: MaintenanceView },

  dashboards: { ...endpoints.dashboards, response: DashboardsView },
  dashboard: { ...endpoints.dashboard, params: DashboardParams, query: DashboardQuery, response: DashboardView },
  dashboardData: {
    ...endpoints.dashboardData,
    params: DashboardParams,
    query: DashboardDataQuery,
    response: DashboardData,
  },
  whyEmpty: { ...endpoints.whyEmpty, params: PanelParams, query: WhyEmptyQuery, response: WhyEmptyView },

  alerts: { ...endpoints.alerts, response: AlertsView },
  alertHistory: { ...endpoints.alertHistory, query: HistoryQuery, response: AlertHistoryView },
  alertRule: { ...endpoints.alertRule, query: AlertRuleQuery, response: AlertRuleHistoryView },
  runbook: { ...endpoints.runbook, params: RunbookParams, response: RunbookView },

  objectives: { ...endpoints.objectives, response: ObjectivesView },
  objectiveHistory: { ...endpoints.objectiveHistory, query: ObjectiveQuery, response: ObjectiveHistoryView },
  coverage: { ...endpoints.coverage, response: CoverageView },

  load: { ...endpoints.load, response: LoadAnswer },
  reportLoad: { ...endpoints.reportLoad, body: LoadView, response: LoadAnswer },
  loadStream: { ...endpoints.loadStream, response: LoadView },
  loads: { ...endpoints.loads, query: LoadsQuery, response: LoadsView },
  startLoad: { ...endpoints.startLoad, body: LoadBody, response: LoadHead, status: 201 },
  loadRun: { ...endpoints.loadRun, params: LoadParams, response: LoadRunView },
  stopLoad: { ...endpoints.stopLoad, params: LoadParams, response: LoadRunView },
  loadReport: { ...endpoints.loadReport, params: LoadParams, response: LoadReport },
  compareLoads: { ...endpoints.compareLoads, params: ComparisonParams, response: LoadComparison },
  journeys: { ...endpoints.journeys, response: JourneysView },
  reportRequests: { ...endpoints.reportRequests, body: ClientRequests, response: ClientRequestsTaken },

  drills: { ...endpoints.drills, response: DrillsView },
  drill: { ...endpoints.drill, params: DrillParams, response: DrillView },
  drillPlan: { ...endpoints.drillPlan, params: DrillParams, query: PlanQuery, response: PlanView },
  journals: { ...endpoints.journals, query: JournalsQuery, response: JournalsView },
  journal: { ...endpoints.journal, params: JournalParams, response: JournalView },
  journalReport: { ...endpoints.journalReport, params: JournalParams, response: JournalReport },

  runs: { ...endpoints.runs, response: RunsView },
  run: { ...endpoints.run, params: RunParams, response: RunView },
  runsStream: { ...endpoints.runsStream, response: RunView },
  startRun: { ...endpoints.startRun, body: RunBody, response: RunView, status: 201 },
  abortRun: { ...endpoints.abortRun, params: RunParams, response: RunView },
  reportRun: { ...endpoints.reportRun, params: RunParams, body: RunReport, response: RunReportTaken },
} as const satisfies Record<EndpointName, Route>

export * from './contract/dashboards.ts'
export * from './contract/drills/drills.ts'
export * from './contract/drills/runs.ts'
export * from './contract/faults.ts'
export * from './contract/halt.ts'
export * from './contract/incidents.ts'
export * from './contract/load/live-load.ts'
export * from './contract/load/loads.ts'
export * from './contract/monitoring/alerts.ts'
export * from './contract/monitoring/coverage.ts'
export * from './contract/monitoring/objectives.ts'
export * from './contract/monitoring/proof.ts'
export * from './contract/parts.ts'
export * from './contract/quotes.ts'
export * from './contract/services.ts'
export * from './contract/session.ts'
export * from './contract/situation.ts'
export * from './contract/stack.ts'
export type { EndpointName }

type Part<
  Name extends EndpointName,
  Key extends 'params' | 'query' | 'body' | 'response',
> = (typeof routes)[Name] extends {
  [K in Key]: infer Schema extends TSchema
}
  ? Static<Schema>
  : undefined

/** Types of one route, by its name. `undefined` where it takes none. */
export type ParamsOf<Name extends EndpointName> = Part<Name, 'params'>
export type QueryOf<Name extends EndpointName> = Part<Name, 'query'>
export type BodyOf<Name extends EndpointName> = Part<Name, 'body'>
export type AnswerOf<Name extends EndpointName> = Part<Name, 'response'>
