import { formatDuration } from '../base/units/duration.ts'
import { faults } from '../faults/faults.ts'
import { type FaultHost, unmetNeed } from '../faults/needs.ts'
import type { AlertRule, Labels } from '../probes/prometheus.ts'
import type { Profile } from '../stack/profile.ts'
import { floorOf, livenessClock } from './clocks/floor.ts'
import { notificationOutage } from './clocks/notification-outage.ts'
import { quickest } from './clocks/rule-clocks.ts'
import { type Drill, type Expectation, nameExpectation, watchMs } from './file/drill.ts'
import { type Condition, type MethodStep, nameStart, nameStep } from './file/method-step.ts'
import type { ParameterValue } from './file/parameters.ts'
import type { Floor, Span } from './journal/schema/floor.ts'
import { probeName } from './judge/stages.ts'
import { whyNoAlert } from './judge/why-no-alert.ts'

/** What a stack is made of, as far as a plan needs it: read from one that is up, or from how one would be rendered. */
export interface PlanContext {
  profile: Profile
  /** Every alert that a rule defines. */
  clocks: readonly AlertRule[]
  services: readonly { name: string; maxReplicas: number }[]
  /** What its runtime and its services can do for faults. */
  faultHost: FaultHost
  /** Whether the clocks are of a running stack. */
  live: boolean
  /** Names of all labels that alerts can have beside those that their rules give; left out where that is not known. */
  labelNames?: ReadonlySet<string> | undefined
  /** Expressions that Prometheus refuses, and why; left out where that was checked before. */
  refused?: ReadonlyMap<string, string> | undefined
}

export interface PlannedExpectation {
  kind: Expectation['kind']
  text: string
  withinMs: number | null
  /** What the monitoring's clock costs at least and at most; null where the system alone decides. */
  floor: Span | null
  /** Why it cannot be met by construction. */
  impossible?: string
  /** Why it can be missed although all is well. */
  tight?: string
}

/** What a run would do, and whether it could succeed. Milliseconds. */
export interface Plan {
  drill: { title: string; file: string }
  profile: string
  parameters: Readonly<Record<string, ParameterValue>>
  steadyState: string[]
  load: string
  steps: { text: string; due: string; impossible?: string }[]
  /** How long the run watches at most, since its first step. */
  watchMs: number
  expectations: PlannedExpectation[]
  /** Every reason why this drill cannot hold; empty when it can. */
  refusals: string[]
}

export function planDrill(drill: Drill, ground: PlanContext): Plan {
  const steps = drill.method.map((step) => ({
    text: nameStep(step),
    due: nameStart(step.start),
    ...because(whyNotDone(step, ground)),
  }))
  const expectations = drill.expectations.map((one) => planExpectation(one, drill, ground))
  const refusals = [
    ...drill.steadyState.flatMap((probe) => {
      const refused = probe.kind === 'metric' ? whyRefused(probe.metric, ground) : undefined
      return refused === undefined ? [] : [`${probeName(probe)}: ${refused}`]
    }),
    ...[...steps, ...expectations].flatMap(({ text, impossible }) =>
      impossible === undefined ? [] : [`${text}: ${impossible}`],
    ),
  ]
  return {
    drill: { title: drill.title, file: drill.file },
    profile: ground.profile.name,
    parameters: drill.parameters,
    steadyState: drill.steadyState.map(probeName),
    load: describeLoad(drill.load),
    steps,
    watchMs: watchMs(drill),
    expectations,
    refusals,
  }
}

function planExpectation(expectation: Expectation, drill: Drill, ground: PlanContext): PlannedExpectation {
  const withinMs = 'withinMs' in expectation ? expectation.withinMs : null
  const floor = floorFor(expectation, drill, ground)
  const planned = { kind: expectation.kind, text: nameExpectation(expectation), withinMs, floor }
  const unknown = whyNeverSeen(expectation, ground)
  const early =
    floor === null || withinMs === null || withinMs >= floor.minMs
      ? undefined
      : `the monitoring's own clock takes at least ${formatDuration(floor.minMs)}, and ${formatDuration(withinMs)} are allowed`
  const reasons = [unknown, early].filter((reason) => reason !== undefined)
  if (reasons.length > 0) return { ...planned, impossible: reasons.join('; ') }
  if (floor === null || withinMs === null || withinMs >= floor.maxMs) return planned
  return { ...planned, tight: `the monitoring's own clock may take up to ${formatDuration(floor.maxMs)}` }
}

/** What the rules of an alert cost; an action costs what the first expected alert does, plus the way to the responder. */
function floorFor(expectation: Expectation, drill: Drill, { profile, clocks }: PlanContext): Span | null {
  const { timing } = profile
  const floor = (wanted?: { alert: string; labels: Labels }): Floor =>
    floorOf(
      timing,
      (wanted === undefined ? undefined : quickest(clocks, wanted)) ?? livenessClock(timing),
      notificationOutage(drill.method),
    )
  if (expectation.kind === 'metric') return floor().seen
  if (expectation.kind === 'alert') return floor(expectation).firing
  if (expectation.kind !== 'action') return null
  const first = drill.expectations.find((one) => one.kind === 'alert')
  return floor(first).received
}

function whyNotDone(step: MethodStep, ground: PlanContext): string | undefined {
  const { start } = step
  const unknown = start.kind === 'when' ? whyNeverSeen(start.condition, ground) : undefined
  if (unknown !== undefined) return unknown
  if (step.kind === 'action') {
    const { act } = step
    return act.action === 'scale' ? whyNotScaled(act.service, act.replicas, ground) : undefined
  }
  const unmet = unmetNeed(faults[step.fault], ground.faultHost, step.target.service)
  return unmet?.expected === undefined ? unmet?.message : `${unmet.message}; expected ${unmet.expected}`
}

/** Of what is watched for: why it can never be seen. */
function whyNeverSeen(wanted: Expectation | Condition, ground: PlanContext): string | undefined {
  if (wanted.kind === 'alert') return whyNoAlert(wanted, ground)
  return wanted.kind === 'metric' ? whyRefused(wanted.metric, ground) : undefined
}

function whyRefused(metric: string, { refused }: PlanContext): string | undefined {
  const why = refused?.get(metric)
  return why === undefined ? undefined : `Prometheus refuses the expression: ${why}`
}

function whyNotScaled(service: string, replicas: number, { services }: PlanContext): string | undefined {
  const most = services.find(({ name }) => name === service)?.maxReplicas ?? replicas
  return replicas <= most ? undefined : `${service} can have ${most === 1 ? 'one replica' : `${most} replicas`} at most`
}

function describeLoad(load: Drill['load']): string {
  if (load === null) return 'none'
  if (load.model === 'closed')
    return `${load.users} virtual users, ${load.spawnRatePerSecond} a second, journey ${load.journey}`
  return `${load.ratePerSecond} tasks a second, ${load.shape}, journey ${load.journey}`
}

function because(reason: string | undefined): { impossible?: string } {
  return reason === undefined ? {} : { impossible: reason }
}
