import type { FaultName } from '../faults/faults.ts'
import type { JourneyName } from '../load/journeys.ts'
import { type Comparison, formatComparison } from '../probes/comparison.ts'
import { formatLabels, type Labels } from '../probes/prometheus.ts'
import type { Target } from '../runtimes/runtime.ts'

/** What is true when all is well. */
export type SteadyProbe =
  /** Every replica of the service answers GET `path` with `status`. */
  | { kind: 'http'; service: string; path: string; status: number }
  /** The expression has at least one value, and each passes. */
  | { kind: 'metric'; metric: string; is: Comparison }

export interface LoadPlan {
  journey: JourneyName
  users: number
  /** Users started per second. */
  spawnRatePerSecond: number
}

export interface MethodStep {
  /** After the load is fully up. */
  atMs: number
  fault: FaultName
  target: Target
  /** Validated against the fault's own schema, defaults filled in. */
  params: Record<string, unknown>
  /** The dead man's limit: the target undoes the fault by itself after that. */
  forMs: number
}

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
  load: LoadPlan
  /** By time. Empty for a drill that only watches for false alarms. */
  method: readonly MethodStep[]
  expectations: readonly Expectation[]
}

/** The latest moment, in milliseconds since injection, at which an expectation can still be met. */
export function latestWithinMs(drill: Pick<Drill, 'expectations'>): number {
  return Math.max(0, ...drill.expectations.map((one) => ('withinMs' in one ? one.withinMs : 0)))
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
    case 'noOtherAlert':
      return expectation.except.length === 0 ? 'no other alert' : `no other alert but ${expectation.except.join(', ')}`
  }
}
