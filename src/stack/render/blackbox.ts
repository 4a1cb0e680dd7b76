import { promDuration } from '../../base/units/duration.ts'
import type { Profile } from '../profile.ts'
import { renderYaml } from './yaml.ts'

/** blackbox.yml: one module for pages, one for ports. */
export function renderBlackbox(profile: Profile): string {
  const timeout = promDuration(profile.timing.exporterScrapeMs / 2)
  return renderYaml({
    modules: {
      http_2xx: { prober: 'http', timeout, http: { preferred_ip_protocol: 'ip4' } },
      tcp_connect: { prober: 'tcp', timeout },
    },
  })
}
