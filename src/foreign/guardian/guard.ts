import type { FaultView, InjectBody, LiftView } from '../../api/contract.ts'
import type { RuntimeEvent, ServiceStatus, Target } from '../../runtimes/runtime.ts'

/** What the guardian of a run does for it. The same in this process and from another one. */
export interface Guard {
  describe(): Promise<{ services: ServiceStatus[]; lastSequence: number }>
  /** @throws FD_FAULT_UNKNOWN, FD_FAULT_PARAMS, FD_FAULT_UNSUPPORTED, and what the target refused it with */
  inject(body: InjectBody): Promise<FaultView>
  /** @throws FD_FAULT_NOT_ACTIVE */
  lift(id: string): Promise<LiftView>
  liftAll(): Promise<LiftView[]>
  faults(): Promise<FaultView[]>
  restart(target: Target): Promise<void>
  events(afterSequence: number): Promise<RuntimeEvent[]>
  /** Undoes every fault that is in force, and leaves. Safe to call twice. */
  close(): Promise<void>
}

/** What can be asked for from another process. */
export const GUARD_METHODS = [
  'describe',
  'inject',
  'lift',
  'liftAll',
  'faults',
  'restart',
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
  | { id: number; error: { message: string; code?: string; details?: Record<string, string> } }
  /** The first message: it has looked at the system, and can be asked. */
  | { ready: true }
