import type { Plan } from '../../load/plan.ts'
import type { MetricCheck } from '../evidence/expected.ts'
import type { Expectation } from '../expectations/expectation.ts'
import type { JsonPath, ValueCheck } from './json-path.ts'
import { latestStartMs, type MethodStep } from './method-step.ts'
import type { ParameterValue } from './parameters.ts'

/** A drill file, read: validated, times in milliseconds, defaults filled in, frozen. */
export interface Drill {
  file: string
  /** Of the file's bytes, in hex. */
  sha256: string
  title: string
  why: string
  steadyState: readonly SteadyProbe[]
  /** Null when the drill puts no load on the system. */
  load: LoadPlan | null
  /** In order: by time, or, when one of them waits for a condition, as in the file. Empty to watch for false alarms. */
  method: readonly MethodStep[]
  /** With those that the file does not name because every drill has them. */
  expectations: readonly Expectation[]
  /** How long a run watches at least, in milliseconds. 0: until all that is expected has been seen, or can no longer be. */
  leastWatchMs: number
  /** Of all that is random in the load, when the file says so. */
  seed?: number
  /** By name, as they were given or by default. */
  parameters: Readonly<Record<string, ParameterValue>>
}

/** What the body of an answer must be like. */
export type BodyCheck =
  | { kind: 'matches'; pattern: string }
  /** Every value at the path passes; there is at least one. */
  | { kind: 'jsonPath'; path: JsonPath; is: ValueCheck }

/** What is true when all is well. */
export type SteadyProbe =
  /** Every replica of the service answers GET `path` as it must. */
  | {
      kind: 'http'
      service: string
      path: string
      /** Both ends of every range belong to it. */
      status: readonly { from: number; to: number }[]
      latencyBelowMs?: number
      body?: BodyCheck
    }
  /** The expression has at least one value, and each passes. */
  | ({ kind: 'metric' } & MetricCheck)
  /** The objective's short window keeps to the objective, or has no data. Its name is that of `sloth_id`. */
  | { kind: 'objective'; objective: string }

/** The load of a drill: a closed crowd, or arrivals at a rate. */
export type LoadPlan = {
  /** A journey that ships, or the absolute path of a module. */
  journey: string
} & Plan

/** The latest moment, in milliseconds since injection, at which an expectation can still be met. */
export function latestWithinMs(drill: Pick<Drill, 'expectations'>): number {
  return Math.max(0, ...drill.expectations.map(({ withinMs }) => withinMs ?? 0))
}

/** How long a run can have something to watch for, in milliseconds since its first step. */
export function watchMs(drill: Pick<Drill, 'expectations' | 'method' | 'leastWatchMs'>): number {
  const latest = drill.method.map(latestStartMs)
  const [first = 0] = latest
  const allTimed = drill.method.every(({ start }) => start.kind === 'at')
  // Times count from one moment; conditions wait one after the other.
  const stepsMs = allTimed ? Math.max(first, ...latest) - first : latest.reduce((sum, ms) => sum + ms, 0)
  return Math.max(latestWithinMs(drill), stepsMs, drill.leastWatchMs)
}

/** Every expression that a run of the drill asks Prometheus for. */
export function expressionsOf({ steadyState, method, expectations }: Drill): string[] {
  return [
    ...steadyState.flatMap((probe) => (probe.kind === 'metric' ? [probe.metric] : [])),
    ...method.flatMap(({ start }) => (start.kind === 'when' ? (start.condition.expressions ?? []) : [])),
    ...expectations.flatMap(({ watches = [] }) => watches.map(({ metric }) => metric)),
  ]
}
