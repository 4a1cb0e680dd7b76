import type { Drill } from '../drills/file/drill.ts'
import { type Plan, planDrill } from '../drills/plan.ts'
import type { PlanContext } from '../drills/plan-context.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
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
  const [{ connectSystem }, { stackPlanContext }] = await Promise.all([
    import('../api/client/connect-system.ts'),
    import('../drills/stack-plan-context.ts'),
  ])
  return stackPlanContext(await (await connectSystem(folder)).describe())
}

async function renderedContext(profileName: string, objectives: readonly Objective[]): Promise<PlanContext> {
  const [
    { profiles },
    { describeStack },
    { defaultSettings },
    { renderedClocks },
    { shippedKnowledge },
    { ownFaultHost },
  ] = await Promise.all([
    import('../stack/profile.ts'),
    import('../stack/topology.ts'),
    import('../stack/settings.ts'),
    import('../drills/clocks/rule-clocks.ts'),
    import('../lint/knowledge/shipped-knowledge.ts'),
    import('../drills/stack-plan-context.ts'),
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
