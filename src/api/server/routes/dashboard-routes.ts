import type { DashboardSource, DashboardSourceOptions } from '../dashboards/dashboard-source.ts'
import type { Router } from '../router.ts'

/** The routes of the dashboards. */

/** What is shown of the system over time. The dashboards are loaded when somebody first asks for one. */
export function addDashboardRoutes(router: Router, options: DashboardSourceOptions): void {
  let loading: Promise<DashboardSource> | undefined
  const load = async () => {
    const { DashboardSource } = await import('../dashboards/dashboard-source.ts')
    return new DashboardSource(options)
  }
  const source = () => {
    loading ??= load()
    return loading
  }
  router.add('dashboards', async () => (await source()).list())
  router.addBytes('dashboard', async ({ params, query }) => (await source()).view(params.dashboard, query))
  router.addBytes('dashboardData', async ({ params, query }) => (await source()).data(params.dashboard, query))
  router.addBytes('whyEmpty', async ({ params, query }) => (await source()).why(params.dashboard, params.panel, query))
}
