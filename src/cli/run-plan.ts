import type { Drill } from '../drills/file/drill.ts'
import { type Plan, planDrill } from '../drills/plan.ts'
import type { PlanContext } from '../drills/plan-context.ts'
import type { FaultHost } from '../faults/needs.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { ServiceStatus } from '../runtimes/runtime.ts'
import type { Objective } from '../slo/objective.ts'
import type { ProfileName } from '../stack/profile.ts'

const ASK_MS = 5_000

/** Plans drills on the stack that is up, or, without one, on the rules of a stack of this profile as they would be rendered. */
export async function planDrills(
  drills: readonly Drill[],
  {
    folder,
    profile,
    objectives,
    ground: given,
  }: { folder: StateFolder; profile: string; objectives: readonly Objective[]; ground?: PlanContext | undefined },
): Promise<{ plans: Plan[]; live: boolean }> {
  if (given !== undefined) return { plans: drills.map((drill) => planDrill(drill, given)), live: true }
  const { findStack } = await import('../api/stack-files/control-file.ts')
  const up = (await findStack(folder)) !== undefined
  const ground = up ? await liveGround(folder) : await renderedGround(profile, objectives)
  return { plans: drills.map((drill) => planDrill(drill, ground)), live: ground.live }
}

async function liveGround(folder: StateFolder): Promise<PlanContext> {
  const [{ connectSystem }, { readLabelNames }, { Prometheus }, { profiles }] = await Promise.all([
    import('../api/client/connect-system.ts'),
    import('../probes/label-names.ts'),
    import('../probes/prometheus.ts'),
    import('../stack/profile.ts'),
  ])
  const { endpoints, access, services, profile } = await (await connectSystem(folder)).describe()
  const prometheus = new Prometheus(endpoints.prometheus, access?.prometheus)
  const [alertRules, labelNames] = await Promise.all([
    prometheus.alertRules({ timeoutMs: ASK_MS }),
    readLabelNames(prometheus, { timeoutMs: ASK_MS }),
  ])
  return {
    profile: profiles[profile as ProfileName],
    alertRules,
    labelNames,
    services: services.map(({ name, maxReplicas }: ServiceStatus) => ({ name, maxReplicas })),
    faultHost: ownFaultHost(services),
    live: true,
  }
}

async function renderedGround(profileName: string, objectives: readonly Objective[]): Promise<PlanContext> {
  const [{ profiles }, { describeStack }, { defaultSettings }, { renderedClocks }, { shippedKnowledge }] =
    await Promise.all([
      import('../stack/profile.ts'),
      import('../stack/topology.ts'),
      import('../stack/settings.ts'),
      import('../drills/clocks/rule-clocks.ts'),
      import('../lint/knowledge/shipped-knowledge.ts'),
    ])
  const profile = profiles[profileName as ProfileName]
  const { parts } = describeStack(profile)
  return {
    profile,
    alertRules: renderedClocks(profile, { ...defaultSettings, objectives }),
    labelNames: new Set([...shippedKnowledge(profile).series.values()].flatMap(({ labels }) => [...labels])),
    services: parts.map(({ name, maxReplicas = 1 }) => ({ name, maxReplicas })),
    faultHost: ownFaultHost(parts),
    live: false,
  }
}

/** Every runtime of ours can do all that faults ask of one; control refuses what one cannot. */
function ownFaultHost(services: readonly { name: string; takesFaults?: boolean }[]): FaultHost {
  return {
    inside: services.flatMap(({ name, takesFaults }) => (takesFaults === true ? [name] : [])),
    rules: ['prometheus'],
  }
}
