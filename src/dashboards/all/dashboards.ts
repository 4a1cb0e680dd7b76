import type { DashboardSpec } from '../dashboard.ts'
import { cache } from './cache.ts'
import { database } from './database.ts'
import { drills } from './drills.ts'
import { endpoints } from './endpoints.ts'
import { host } from './host.ts'
import { load } from './load.ts'
import { monitoring } from './monitoring.ts'
import { nodeRuntime } from './node-runtime.ts'
import { objectives } from './objectives.ts'
import { overview } from './overview.ts'
import { responder } from './responder.ts'
import { runbooks } from './runbooks.ts'
import { stocks } from './stocks.ts'
import { worker } from './worker.ts'

/** Every dashboard by the name of its file, in the order in which people are shown them. */
export const dashboards = {
  overview,
  endpoints,
  objectives,
  cache,
  database,
  stocks,
  worker,
  load,
  drills,
  responder,
  host,
  'node-runtime': nodeRuntime,
  monitoring,
  runbooks,
} as const satisfies Record<string, DashboardSpec>

export type DashboardName = keyof typeof dashboards
