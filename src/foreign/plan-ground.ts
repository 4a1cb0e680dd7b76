import type { Ground } from '../drills/plan.ts'
import { measuredProfile } from '../stack/profile.ts'
import { namesOf } from './foreign-names.ts'
import type { ForeignSystem } from './foreign-system.ts'
import { openMonitoring } from './monitoring.ts'
import { readClocks } from './read-clocks.ts'

const ASK_MS = 5_000

/** What a plan needs of a system that is not Firedrill's own: its live clocks and rules. Nothing is touched. */
export async function groundOf(system: ForeignSystem, env: NodeJS.ProcessEnv = process.env): Promise<Ground> {
  const { prometheus, alertmanager } = openMonitoring(system, env)
  const [{ timing }, clocks] = await Promise.all([
    readClocks(prometheus, alertmanager, system.services),
    prometheus.alertRules({ timeoutMs: ASK_MS }),
  ])
  const { needs } = namesOf(system).foreign
  return {
    profile: measuredProfile(timing),
    clocks,
    services: system.services.map(({ name, urls }) => ({ name, maxReplicas: urls.length, takesFaults: false })),
    capabilities: {
      canScale: false,
      link: false,
      rules: false,
      ...Object.fromEntries(needs.map((need) => [need, true])),
    },
    live: true,
  }
}
