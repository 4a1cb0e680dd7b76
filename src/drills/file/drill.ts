import type { Plan } from '../../load/plan.ts'
import { type Comparison, formatComparison } from '../../probes/comparison.ts'
import { formatLabels, type Labels } from '../../probes/prometheus.ts'
import type { JsonPath, ValueCheck } from './json-path.ts'
import { latestStartMs, type MethodStep } from './method-step.ts'
import type { ParameterValue } from './parameters.ts'

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
  | { kind: 'metric'; metric: string; is: Comparison }
  /** The objective's short window keeps to the objective, or has no data. Its name is that of `sloth_id`. */
  | { kind: 'objective'; objective: string }

/** The load of a drill: a closed crowd, or arrivals at a rate. */
export type LoadPlan = {
  /** A journey that ships, or the absolute path of a module. */
  journey: string
} & Plan

/** What must happen. Every `withinMs` counts from the first injection. */
export type Expectation =
  /** A sample of the expression passes. */
  | { kind: 'metric'; metric: string; is: Comparison; withinMs: number }
  /** An alert of that name with those labels fires. */
  | { kind: 'alert'; alert: string; labels: Labels; withinMs: number }
  /** The responder has done that, successfully, or has left it to a person (`escalate`). `target` is a service or a replica. */
  | { kind: 'action'; action: string; by: 'responder'; target: string; withinMs: number }
  /** The steady state is back to stay. */
  | { kind: 'steady'; withinMs: number }
  /** No more of the objective's error budget is burnt than this share of it (0–1). Judged at the end. */
  | { kind: 'budget'; objective: string; atMostRatio: number }
  /** No alert pages that no `alert` expectation covers, besides those named. */
  | { kind: 'noOtherAlert'; except: readonly string[] }

/** A drill file, read: validated, in milliseconds, defaults filled in, frozen. */
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
  /** One of them is `noOtherAlert`, whether or not the file says so. */
  expectations: readonly Expectation[]
  /** How long a run watches at least, in milliseconds. 0: until all that is expected has been seen, or can no longer be. */
  leastWatchMs: number
  /** Of all that is random in the load, when the file says so. */
  seed?: number
  /** By name, as they were given or by default. */
  parameters: Readonly<Record<string, ParameterValue>>
}

/** The latest moment, in milliseconds since injection, at which an expectation can still be met. */
export function latestWithinMs(drill: Pick<Drill, 'expectations'>): number {
  return Math.max(0, ...drill.expectations.map((one) => ('withinMs' in one ? one.withinMs : 0)))
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

/** An expectation in a few words, without its bound. */
export function nameExpectation(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'metric':
      return `seen: ${expectation.metric} ${formatComparison(expectation.is)}`
    case 'alert':
      return `firing: ${expectation.alert}${Object.keys(expectation.labels).length === 0 ? '' : formatLabels(expectation.labels)}`
    case 'action':
      return `acted: ${expectation.action} ${expectation.target} by ${expectation.by}`
    case 'steady':
      return 'steady again'
    case 'budget':
      return `budget of ${expectation.objective} burnt at most ${percent(expectation.atMostRatio)}`
    case 'noOtherAlert':
      return expectation.except.length === 0 ? 'no other alert' : `no other alert but ${expectation.except.join(', ')}`
  }
}

/** 0.05 as "5 %", with as many digits as it takes. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`
}
