import type { FaultView, InjectBody, LiftView } from '../../api/contract.ts'
import type { RuntimeEvent, ServiceStatus, Target } from '../../runtimes/runtime.ts'

/** What the guardian of a run can do. The same interface in its own process and from the run's process. */
export interface Guard {
  describe(): Promise<{ services: ServiceStatus[]; lastSequence: number }>
  /** @throws FD_FAULT_UNKNOWN, FD_FAULT_PARAMS, FD_FAULT_UNSUPPORTED, and what the target refused it with */
  inject(body: InjectBody): Promise<FaultView>
  /** @throws FD_FAULT_NOT_ACTIVE */
  lift(id: string): Promise<LiftView>
  liftAll(): Promise<LiftView[]>
  faults(): Promise<FaultView[]>
  restart(target: Target): Promise<void>
  /** Scales a workload; what the run does not scale back itself is scaled back when the guardian ends. */
  scale(service: string, replicas: number): Promise<void>
  events(afterSequence: number): Promise<RuntimeEvent[]>
  /** Undoes every active fault, and ends. Resolves with what could not be undone: the process of a run tries on by itself. Safe to call twice. */
  close(): Promise<LeftFault[]>
}

/** What a run has changed, and could not put back yet. */
export interface LeftFault {
  /** "pause of web-2" */
  what: string
  why: string
  /** Whether it is a change in a cluster, which a Job undoes as well. */
  isInCluster: boolean
}

/** The methods that another process can call. */
export const GUARD_METHODS = [
  'describe',
  'inject',
  'lift',
  'liftAll',
  'faults',
  'restart',
  'scale',
  'events',
  'close',
] as const satisfies readonly (keyof Guard)[]

export interface GuardRequest {
  id: number
  method: (typeof GUARD_METHODS)[number]
  args: unknown[]
}

/** `error` has the fields of a FiredrillError where it was one. */
export type GuardAnswer =
  | { id: number; result: unknown }
  | { id: number; error: Failed }
  /** The first message: the guardian knows the system, and takes requests. */
  | { ready: true }
  /** In its place: why it does not. */
  | { failed: Failed }

/** An error on its way to another process. */
export interface Failed {
  message: string
  code?: string
  details?: Record<string, string>
}
