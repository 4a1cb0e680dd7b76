import { formatDuration } from '../../base/units/duration.ts'
import type { FaultName } from '../../faults/faults.ts'
import { type Comparison, formatComparison } from '../../probes/comparison.ts'
import { formatLabels, type Labels } from '../../probes/prometheus.ts'
import type { Target } from '../../runtimes/runtime.ts'

/** What a step can wait for. */
export type Condition =
  /** The expression has a value that passes. */
  | { kind: 'metric'; metric: string; is: Comparison }
  /** An alert of that name with those labels fires. */
  | { kind: 'alert'; alert: string; labels: Labels }
  /** The responder has done that, successfully. */
  | { kind: 'action'; action: string; target: string }
  /** The steady state is back, or, before any fault, was not left. */
  | { kind: 'steady' }

/** When a step begins: at a time after all users run, or on a condition, which must come true within a time. */
export type StepStart = { kind: 'at'; atMs: number } | { kind: 'when'; condition: Condition; withinMs: number }

export interface FaultStep {
  kind: 'fault'
  /** Place in the file's method, from 0. */
  index: number
  start: StepStart
  fault: FaultName
  target: Target
  /** Validated against the fault's own schema, defaults filled in. */
  params: Record<string, unknown>
  /** The dead man's limit: the target undoes the fault by itself after that. */
  forMs: number
}

/** What a drill does that is no fault: the same that operators and the responder do. */
export type Act =
  /** Restarts the service with environment variables changed. */
  | { action: 'configure'; service: string; settings: Readonly<Record<string, string>> }
  | { action: 'scale'; service: string; replicas: number }
  | { action: 'restart'; target: Target }
  | { action: 'clearFaults' }

export interface ActionStep {
  kind: 'action'
  index: number
  start: StepStart
  act: Act
}

export type MethodStep = FaultStep | ActionStep

/** What a step does, in a few words. */
export function nameStep(step: MethodStep): string {
  if (step.kind === 'fault') return `${step.fault} ${step.target.replica ?? step.target.service}`
  const { act } = step
  switch (act.action) {
    case 'configure':
      return `configure ${act.service} ${Object.entries(act.settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`
    case 'scale':
      return `scale ${act.service} to ${act.replicas}`
    case 'restart':
      return `restart ${act.target.replica ?? act.target.service}`
    case 'clearFaults':
      return 'clear all faults'
  }
}

/** `at 2 s`, or `when ServiceDown fires, within 5 s`. */
export function nameStart(start: StepStart): string {
  if (start.kind === 'at') return `at ${formatDuration(start.atMs)}`
  return `when ${nameCondition(start.condition)}, within ${formatDuration(start.withinMs)}`
}

function nameCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'metric':
      return `${condition.metric} ${formatComparison(condition.is)}`
    case 'alert':
      return `${condition.alert}${Object.keys(condition.labels).length === 0 ? '' : formatLabels(condition.labels)} fires`
    case 'action':
      return `${condition.action} ${condition.target} is done`
    case 'steady':
      return 'steady'
  }
}

/** The services that a step touches. */
export function servicesOf(step: MethodStep): string[] {
  if (step.kind === 'fault') return [step.target.service]
  if (step.act.action === 'clearFaults') return []
  return [step.act.action === 'restart' ? step.act.target.service : step.act.service]
}

/** How long the step can begin at the latest after the one before it has, or after all users run. Milliseconds. */
export function latestStartMs({ start }: MethodStep): number {
  return start.kind === 'at' ? start.atMs : start.withinMs
}
