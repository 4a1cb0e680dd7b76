import { formatDuration } from '../../base/units/duration.ts'
import type { FaultName } from '../../faults/faults.ts'
import type { Target } from '../../runtimes/runtime.ts'
import type { DrillAction } from '../actions/action.ts'
import type { Condition } from '../conditions/condition.ts'

export type MethodStep = FaultStep | ActionStep

export interface FaultStep {
  kind: 'fault'
  /** Place in the file's method, from 0. */
  index: number
  start: StepStart
  fault: FaultName
  target: Target
  /** Validated with the fault's own schema, defaults filled in. */
  params: Record<string, unknown>
  /** The dead-man time: the target undoes the fault by itself after that. */
  forMs: number
}

export interface ActionStep {
  kind: 'action'
  index: number
  start: StepStart
  action: DrillAction
}

/** When a step begins: at a time after all users run, or on a condition, which must come true within a time. */
export type StepStart = { kind: 'at'; atMs: number } | { kind: 'when'; condition: Condition; withinMs: number }

/** What a step does, in a few words. */
export function nameStep(step: MethodStep): string {
  if (step.kind === 'action') return step.action.text
  return `${step.fault} ${step.target.replica ?? step.target.service}`
}

/** `at 2 s`, or `when ServiceDown fires, within 5 s`. */
export function nameStart(start: StepStart): string {
  if (start.kind === 'at') return `at ${formatDuration(start.atMs)}`
  return `when ${start.condition.text}, within ${formatDuration(start.withinMs)}`
}

/** What a step touches: a service or one replica of it; undefined for a step that names neither. */
export function targetOf(step: MethodStep): Target | undefined {
  return step.kind === 'fault' ? step.target : step.action.target
}

/** The services that a step touches. */
export function servicesOf(step: MethodStep): string[] {
  const target = targetOf(step)
  return target === undefined ? [] : [target.service]
}

/** How long the step can begin at the latest after the one before it has, or after all users run. Milliseconds. */
export function latestStartMs({ start }: MethodStep): number {
  return start.kind === 'at' ? start.atMs : start.withinMs
}
