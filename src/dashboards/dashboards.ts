import { cache } from './all/cache.ts'
import { database } from './all/database.ts'
import { drills } from './all/drills.ts'
import { endpoints } from './all/endpoints.ts'
import { host } from './all/host.ts'
import { load } from './all/load.ts'
import { monitoring } from './all/monitoring.ts'
import { nodeRuntime } from './all/node-runtime.ts'
import { objectives } from './all/objectives.ts'
import { overview } from './all/overview.ts'
import { responder } from './all/responder.ts'
import { runbooks } from './all/runbooks.ts'
import { stocks } from './all/stocks.ts'
import { worker } from './all/worker.ts'
import type { DashboardSpec } from './dashboard.ts'

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
