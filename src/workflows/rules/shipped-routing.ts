import { parseRouting } from '../../routing/config/read-routing.ts'
import type { Routing } from '../../routing/routing.ts'
import { stackObjectives } from '../../slo/document/load-objectives.ts'
import { renderAll } from '../../stack/preferred-context.ts'
import type { Profile } from '../../stack/profile.ts'
import { readStackSettings, withoutSecrets } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'

/** The routes that a stack with this environment has on this clock. @throws FD_SLO_NOT_FOUND or FD_SLO_INVALID */
export async function shippedRouting(profile: Profile, env: NodeJS.ProcessEnv): Promise<Routing> {
  const settings = withoutSecrets(readStackSettings(env, await stackObjectives(env)))
  const file = 'alertmanager.yml'
  return parseRouting(renderAll(describeStack(profile, settings)).get(file) ?? '', file)
}
