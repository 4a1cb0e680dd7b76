import { defined } from '../base/defined.ts'
import { formatDuration } from '../base/units/duration.ts'
import { faults } from '../faults/faults.ts'
import { unmetNeed } from '../faults/needs.ts'
import type { RunClocks } from './clocks/floor.ts'
import { drillFloor } from './drill-floor.ts'
import type { Expectation } from './expectations/expectation.ts'
import { type Drill, watchMs } from './file/drill.ts'
import { type FaultStep, type MethodStep, nameStart, nameStep } from './file/method-step.ts'
import type { ParameterValue } from './file/parameters.ts'
import type { Span } from './journal/schema/floor.ts'
import { probeName } from './judge/stages.ts'
import { type PlanContext, whyRefused } from './plan-context.ts'
import { whyUnsafe } from './safety/why-unsafe.ts'

/** What a run would do, and whether it could hold. Durations in milliseconds. */
export interface Plan {
  drill: { title: string; file: string }
  profile: string
  parameters: Readonly<Record<string, ParameterValue>>
  steadyState: string[]
  load: string
  steps: PlannedStep[]
  /** How long the run watches at most, since its first step. */
  watchMs: number
  expectations: PlannedExpectation[]
  /** Every reason why this drill cannot hold; empty when it can. */
  refusals: string[]
}

export interface PlannedStep {
  text: string
  due: string
  /** Of a fault, with its defaults; an action has all in its text. */
  params: Readonly<Record<string, unknown>>
  /** How long a fault lasts at most; null for an action. */
  forMs: number | null
  impossible?: string
}

export interface PlannedExpectation {
  kind: string
  text: string
  withinMs: number | null
  /** The shortest and the longest time that the monitoring's clocks need; null where the system alone decides. */
  floor: Span | null
  /** Why it cannot be met by construction. */
  impossible?: string
  /** Why it can be missed although all is well. */
  tight?: string
}

export function planDrill(drill: Drill, context: PlanContext): Plan {
  const { alertRules, profile, routing } = context
  const { timing } = profile
  const known = { timing, alertRules, routing }
  const clocks = { ...known, floor: drillFloor(drill, known) }
  const steps = drill.method.map((step) => planStep(step, context))
  const expectations = drill.expectations.map((expectation) => planExpectation(expectation, clocks, context))
  return {
    drill: { title: drill.title, file: drill.file },
    profile: profile.name,
    parameters: drill.parameters,
    steadyState: drill.steadyState.map(probeName),
    load: describeLoad(drill.load),
    steps,
    watchMs: watchMs(drill),
    expectations,
    refusals: [
      ...drill.steadyState.flatMap((probe) => {
        const refused = probe.kind === 'metric' ? whyRefused(probe.metric, context) : undefined
        return refused === undefined ? [] : [`${probeName(probe)}: ${refused}`]
      }),
      ...[...steps, ...expectations].flatMap(({ text, impossible }) =>
        impossible === undefined ? [] : [`${text}: ${impossible}`],
      ),
      ...whyUnsafe(drill, context),
    ],
  }
}

function planStep(step: MethodStep, context: PlanContext): PlannedStep {
  return {
    text: nameStep(step),
    due: nameStart(step.start),
    ...(step.kind === 'fault' ? { params: step.params, forMs: step.forMs } : { params: {}, forMs: null }),
    ...defined({ impossible: whyNotDone(step, context) }),
  }
}

function planExpectation(expectation: Expectation, clocks: RunClocks, context: PlanContext): PlannedExpectation {
  const { kind, text, withinMs } = expectation
  const floor = expectation.floor?.(clocks) ?? null
  const planned = { kind, text, withinMs, floor }
  const never = expectation.whyImpossible?.(context)
  const early =
    floor === null || withinMs === null || withinMs >= floor.minMs
      ? undefined
      : `the monitoring's own clock takes at least ${formatDuration(floor.minMs)}, and ${formatDuration(withinMs)} are allowed`
  const reasons = [never, early].filter((reason) => reason !== undefined)
  if (reasons.length > 0) return { ...planned, impossible: reasons.join('; ') }
  if (floor === null || withinMs === null || withinMs >= floor.maxMs) return planned
  return { ...planned, tight: `the monitoring's own clock may take up to ${formatDuration(floor.maxMs)}` }
}

function whyNotDone(step: MethodStep, context: PlanContext): string | undefined {
  const { start } = step
  const never = start.kind === 'when' ? start.condition.whyImpossible?.(context) : undefined
  if (never !== undefined) return never
  return step.kind === 'action' ? step.action.whyImpossible?.(context) : whyNotInjected(step, context)
}

function whyNotInjected({ fault, target }: FaultStep, { faultHost }: PlanContext): string | undefined {
  const unmet = unmetNeed(faults[fault], faultHost, target.service)
  return unmet?.expected === undefined ? unmet?.message : `${unmet.message}; expected ${unmet.expected}`
}

function describeLoad(load: Drill['load']): string {
  if (load === null) return 'none'
  if (load.model === 'closed')
    return `${load.users} virtual users, ${load.spawnRatePerSecond} a second, journey ${load.journey}`
  return `${load.ratePerSecond} tasks a second, ${load.shape}, journey ${load.journey}`
}
