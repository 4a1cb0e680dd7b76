/** Method, path and access of every route. The schemas are in ../contract.ts. */

/**
 * Who may call a route: `public`: who can connect; `anyone` on this machine, or with a session; `repair`: the operator and the
 * responder; `operator`: the operator, by token or by a session that may change things; `token`: only with the operator's token;
 * `session`: a browser, about its own session.
 */
export type Access = 'public' | 'anyone' | 'repair' | 'operator' | 'token' | 'session'

/** Where a route is: what the server and every client need to know of it besides its schemas. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:name` stands for a parameter. */
  path: `/${string}`
  access: Access
  /** Name of the server-sent events of a stream. */
  event?: string
}

/**
 * Every route of the control API. This file imports nothing, so the console's bundle and the start of the CLI stay small; the
 * schemas are in ../contract.ts, under the same names.
 */
export const endpoints = {
  health: { method: 'GET', path: '/v1/health', access: 'public' },

  createLink: { method: 'POST', path: '/v1/session/links', access: 'token' },
  login: { method: 'POST', path: '/v1/session', access: 'public' },
  session: { method: 'GET', path: '/v1/session', access: 'public' },
  setSession: { method: 'PUT', path: '/v1/session', access: 'session' },
  logout: { method: 'DELETE', path: '/v1/session', access: 'session' },

  stack: { method: 'GET', path: '/v1/stack', access: 'anyone' },
  situation: { method: 'GET', path: '/v1/situation', access: 'anyone' },
  events: { method: 'GET', path: '/v1/events', access: 'anyone' },
  topology: { method: 'GET', path: '/v1/topology', access: 'anyone' },
  usage: { method: 'GET', path: '/v1/usage', access: 'anyone' },
  down: { method: 'POST', path: '/v1/down', access: 'operator' },

  logs: { method: 'GET', path: '/v1/services/:service/logs', access: 'operator' },
  start: { method: 'POST', path: '/v1/services/:service/start', access: 'operator' },
  stop: { method: 'POST', path: '/v1/services/:service/stop', access: 'operator' },
  pause: { method: 'POST', path: '/v1/services/:service/pause', access: 'operator' },
  resume: { method: 'POST', path: '/v1/services/:service/resume', access: 'operator' },
  restart: { method: 'POST', path: '/v1/services/:service/restart', access: 'repair' },
  scale: { method: 'POST', path: '/v1/services/:service/scale', access: 'repair' },
  configure: { method: 'POST', path: '/v1/services/:service/configure', access: 'repair' },

  leaseChange: { method: 'PUT', path: '/v1/changes/:id', access: 'operator' },
  settleChange: { method: 'DELETE', path: '/v1/changes/:id', access: 'operator' },

  faults: { method: 'GET', path: '/v1/faults', access: 'anyone' },
  faultCatalog: { method: 'GET', path: '/v1/faults/catalog', access: 'anyone' },
  inject: { method: 'POST', path: '/v1/faults', access: 'operator' },
  lift: { method: 'DELETE', path: '/v1/faults/:id', access: 'repair' },
  liftAll: { method: 'DELETE', path: '/v1/faults', access: 'repair' },

  halt: { method: 'PUT', path: '/v1/halt', access: 'operator' },
  release: { method: 'DELETE', path: '/v1/halt', access: 'operator' },

  quotes: { method: 'GET', path: '/v1/quotes', access: 'anyone' },
  quotesHistory: { method: 'GET', path: '/v1/quotes/history', access: 'anyone' },
  quotesStream: { method: 'GET', path: '/v1/quotes/stream', access: 'anyone', event: 'quotes' },

  incidents: { method: 'GET', path: '/v1/incidents', access: 'anyone' },
  incident: { method: 'GET', path: '/v1/incidents/:id', access: 'anyone' },
  incidentsStream: { method: 'GET', path: '/v1/incidents/stream', access: 'anyone', event: 'incidents' },
  maintenance: { method: 'GET', path: '/v1/maintenance', access: 'anyone' },
  setMaintenance: { method: 'PUT', path: '/v1/maintenance', access: 'operator' },

  dashboards: { method: 'GET', path: '/v1/dashboards', access: 'anyone' },
  dashboard: { method: 'GET', path: '/v1/dashboards/:dashboard', access: 'anyone' },
  dashboardData: { method: 'GET', path: '/v1/dashboards/:dashboard/data', access: 'anyone' },
  whyEmpty: { method: 'GET', path: '/v1/dashboards/:dashboard/panels/:panel/why', access: 'anyone' },

  alerts: { method: 'GET', path: '/v1/alerts', access: 'anyone' },
  alertHistory: { method: 'GET', path: '/v1/alerts/history', access: 'anyone' },
  alertRule: { method: 'GET', path: '/v1/alerts/rule', access: 'anyone' },
  runbook: { method: 'GET', path: '/v1/runbooks/:name', access: 'anyone' },

  objectives: { method: 'GET', path: '/v1/objectives', access: 'anyone' },
  objectiveHistory: { method: 'GET', path: '/v1/objectives/history', access: 'anyone' },
  coverage: { method: 'GET', path: '/v1/coverage', access: 'anyone' },

  load: { method: 'GET', path: '/v1/load', access: 'anyone' },
  reportLoad: { method: 'POST', path: '/v1/load', access: 'operator' },
  loadStream: { method: 'GET', path: '/v1/load/stream', access: 'anyone', event: 'load' },
  loads: { method: 'GET', path: '/v1/loads', access: 'anyone' },
  startLoad: { method: 'POST', path: '/v1/loads', access: 'operator' },
  loadRun: { method: 'GET', path: '/v1/loads/:id', access: 'anyone' },
  stopLoad: { method: 'DELETE', path: '/v1/loads/:id', access: 'operator' },
  loadReport: { method: 'GET', path: '/v1/loads/:id/report', access: 'anyone' },
  compareLoads: { method: 'GET', path: '/v1/loads/:id/comparison/:other', access: 'anyone' },
  journeys: { method: 'GET', path: '/v1/journeys', access: 'anyone' },
  reportRequests: { method: 'POST', path: '/v1/client-requests', access: 'operator' },

  drills: { method: 'GET', path: '/v1/drills', access: 'anyone' },
  drill: { method: 'GET', path: '/v1/drills/:drill', access: 'anyone' },
  drillPlan: { method: 'GET', path: '/v1/drills/:drill/plan', access: 'anyone' },
  journals: { method: 'GET', path: '/v1/journals', access: 'anyone' },
  journal: { method: 'GET', path: '/v1/journals/:id', access: 'anyone' },
  journalReport: { method: 'GET', path: '/v1/journals/:id/report', access: 'anyone' },

  runs: { method: 'GET', path: '/v1/runs', access: 'anyone' },
  run: { method: 'GET', path: '/v1/runs/:id', access: 'anyone' },
  runsStream: { method: 'GET', path: '/v1/runs/stream', access: 'anyone', event: 'run' },
  startRun: { method: 'POST', path: '/v1/runs', access: 'operator' },
  abortRun: { method: 'DELETE', path: '/v1/runs/:id', access: 'operator' },
  reportRun: { method: 'PUT', path: '/v1/runs/:id', access: 'token' },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof endpoints
