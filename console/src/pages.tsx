import { lazy } from 'react'
import type { Page } from './page.ts'
import type { PageName } from './page-names.ts'
import { NotLoaded } from './shell/not-loaded.tsx'

/** What each page shows. A page is loaded when it is opened first, so that the first one is there soon. */
export const pages: Readonly<Record<PageName, Page>> = {
  overview: loaded(async () => (await import('./overview/overview-page.tsx')).OverviewPage),
  prices: loaded(async () => (await import('./prices/prices-page.tsx')).PricesPage),
  stack: loaded(async () => (await import('./stack/stack-page.tsx')).StackPage),
  dashboards: loaded(async () => (await import('./dashboards/dashboards-page.tsx')).DashboardsPage),
  alerts: loaded(async () => (await import('./alerts/alerts-page.tsx')).AlertsPage),
  objectives: loaded(async () => (await import('./objectives/objectives-page.tsx')).ObjectivesPage),
  load: loaded(async () => (await import('./load/load-page.tsx')).LoadPage),
  drills: loaded(async () => (await import('./drills/drills-page.tsx')).DrillsPage),
  coverage: loaded(async () => (await import('./coverage/coverage-page.tsx')).CoveragePage),
  faults: loaded(async () => (await import('./faults/faults-page.tsx')).FaultsPage),
}

function loaded(load: () => Promise<Page>): Page {
  return lazy(async () => ({ default: await load().catch(() => NotLoaded) }))
}
