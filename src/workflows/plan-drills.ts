import type { Drill } from '../drills/file/drill.ts'
import { type Plan, planDrill } from '../drills/plan.ts'
import type { PlanContext } from '../drills/plan-context.ts'
import type { FaultHost } from '../faults/needs.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { ServiceStatus } from '../runtimes/runtime.ts'
import type { Objective } from '../slo/objective.ts'
import type { ProfileName } from '../stack/profile.ts'

/** Plans drills on the stack that is up, or, without one, on the rules of a stack of this profile as they would be rendered. */
export async function planDrills(
  drills: readonly Drill[],
  { folder, profile, objectives, context: given }: PlanOptions,
): Promise<PlannedDrills> {
  const context = given ?? (await stackContext(folder)) ?? (await renderedContext(profile, objectives))
  return { plans: drills.map((drill) => planDrill(drill, context)), live: context.live }
}

const ASK_MS = 5_000

/** What drills would do. `live`: checked against the rules of a system that is there. */
export interface PlannedDrills {
  plans: Plan[]
  live: boolean
}

export interface PlanOptions {
  folder: StateFolder
  profile: string
  objectives: readonly Objective[]
  /** Of a foreign system. */
  context?: PlanContext | undefined
}

/** `undefined` where no stack is up. */
async function stackContext(folder: StateFolder): Promise<PlanContext | undefined> {
  const { findStack } = await import('../api/stack-files/control-file.ts')
  if ((await findStack(folder)) === undefined) return undefined
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

async function renderedContext(profileName: string, objectives: readonly Objective[]): Promise<PlanContext> {
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

/** Every runtime of ours meets all needs of faults; control refuses what a runtime cannot do. */
function ownFaultHost(services: readonly { name: string; takesFaults?: boolean }[]): FaultHost {
  return {
    inside: services.flatMap(({ name, takesFaults }) => (takesFaults === true ? [name] : [])),
    rules: ['prometheus'],
  }
}
