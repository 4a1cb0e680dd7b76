import type { EndpointName } from '../../contract.ts'

/** What each route of the control API does, in a line. */
export const summaries: Record<EndpointName, string> = {
  health: 'Whether control answers',

  createLink: 'Make a link that begins a session, once',
  login: 'Begin a session with the code of a link',
  session: 'What this browser may do',
  setSession: 'Make the session read-only, or set it back',
  logout: 'End the session',

  stack: 'The stack: its parts and replicas, faults, troubles and notices',
  situation: 'What goes on: alerts, budgets, runs, and how busy the machine is',
  events: 'What happened to replicas, from a sequence number on',
  down: 'Take the whole stack down',

  topology: 'Who talks to whom, and where faults are on that way',
  usage: 'CPU and memory of each replica',

  logs: "The last lines of a part's log",
  start: 'Start a part or one replica',
  stop: 'Stop a part or one replica in order',
  pause: 'Freeze a part or one replica',
  resume: 'Thaw a part or one replica',
  restart: 'Restart a part or one replica',
  scale: 'Run another number of replicas',
  configure: 'Change settings of a service, and restart it with them',

  leaseChange: 'Change a service for as long as the lease is renewed',
  settleChange: 'End a lease, and put back what it changed',

  faults: 'The faults that are in force, and those that ended lately',
  faultCatalog: 'Every kind of fault with its parameters',
  inject: 'Inject a fault',
  lift: 'Lift a fault',
  liftAll: 'Lift every fault',

  halt: 'Halt: end all runs and faults, and block new ones',
  release: 'Allow runs and faults again',

  quotes: 'The latest prices',
  quotesHistory: 'The prices of a symbol over time',
  quotesStream: 'Prices as they change',

  incidents: 'The incidents of the responder, open ones first',
  incident: 'One incident with all that happened',
  incidentsStream: 'Incidents as they change',
  maintenance: 'Whether the responder is kept from acting',
  setMaintenance: 'Keep the responder from acting, or let it act again',

  alerts: 'Every alert rule with its state, and the alerts of the moment',
  alertHistory: 'When alerts were pending and firing',
  alertRule: 'One alert rule: its expression, what it says now, and the drills that proved it',
  runbook: 'What to do about an alert',

  objectives: 'The error budgets: what is left, and how fast they burn',
  objectiveHistory: 'The budget of an objective over time',

  coverage: 'The matrix fault × alert, from the journals',

  dashboards: 'The dashboards',
  dashboard: 'The panels of a dashboard, and what can be chosen on it',
  dashboardData: 'What Prometheus has for the panels of a dashboard',
  whyEmpty: 'Why a panel may have no data: five checks, made now',

  load: 'The figures of the load that runs',
  reportLoad: 'Report the figures of a load',
  loadStream: 'The figures of the load as they come',
  reportRequests: 'Report requests as users saw them',

  loads: 'The loads that run, and those that have ended, latest first',
  startLoad: 'Start a load on the stack, one at a time',
  loadRun: 'One load with its figures over time',
  stopLoad: 'Stop the load that the console has started: it writes its report',
  loadReport: 'The report of one load, a page in one file, as a download',
  compareLoads: 'Every figure of two loads, and by how much it changed',
  journeys: 'What a load can be made of: journeys, levels, shapes',

  drills: 'Every drill with how its last runs went',
  drill: 'One drill with its file, and how the times of its runs are spread',
  drillPlan: 'What a run of a drill would do, and the earliest times it could see',
  journals: 'The journals of runs in a few fields, latest first',
  journal: 'One journal',
  journalReport: 'The report of one run, a page in one file, as a download',

  runs: 'The runs that are under way, and the last that ended',
  run: 'One run, as far as it is',
  runsStream: 'Runs as they go on',
  startRun: 'Start a run of a drill that ships',
  abortRun: 'Abort a run that the console has started: it puts back what it has changed',
  reportRun: 'Report how a run is',
}
