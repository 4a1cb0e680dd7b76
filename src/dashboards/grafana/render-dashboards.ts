import type { Profile } from '../../stack/profile.ts'
import { dashboards } from '../all/dashboards.ts'
import { dashboardClock } from '../clock.ts'
import { renderDashboard } from './render-dashboard.ts'

/** Every dashboard as JSON, by the name of its file without ".json". */
export function renderDashboards(profile: Profile): Map<string, string> {
  const clock = dashboardClock(profile)
  return new Map(
    Object.entries(dashboards).map(([name, spec]) => [
      name,
      `${JSON.stringify(renderDashboard(spec, clock), null, 2)}\n`,
    ]),
  )
}
