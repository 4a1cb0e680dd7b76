import { lazy } from 'react'
import type { Page } from './page.ts'
import type { PageName } from './page-names.ts'

/** What each page shows. A page is loaded when it is opened first, so that the first one is there soon. */
export const pages: Readonly<Record<PageName, Page>> = {
  overview: lazy(async () => ({ default: (await import('./overview/overview-page.tsx')).OverviewPage })),
  prices: lazy(async () => ({ default: (await import('./prices/prices-page.tsx')).PricesPage })),
  stack: lazy(async () => ({ default: (await import('./stack/stack-page.tsx')).StackPage })),
  dashboards: lazy(async () => ({ default: (await import('./dashboards/dashboards-page.tsx')).DashboardsPage })),
  alerts: lazy(async () => ({ default: (await import('./alerts/alerts-page.tsx')).AlertsPage })),
  objectives: lazy(async () => ({ default: (await import('./objectives/objectives-page.tsx')).ObjectivesPage })),
  load: lazy(async () => ({ default: (await import('./load/load-page.tsx')).LoadPage })),
  drills: lazy(async () => ({ default: (await import('./drills/drills-page.tsx')).DrillsPage })),
  coverage: lazy(async () => ({ default: (await import('./coverage/coverage-page.tsx')).CoveragePage })),
  faults: lazy(async () => ({ default: (await import('./faults/faults-page.tsx')).FaultsPage })),
}
