import type { Part } from '../stack/part.ts'
import type { Replica, ReplicaOptions } from './replica.ts'
import type { Capabilities } from './runtime.ts'

/** What a ground is told about the replica it makes. */
export interface ReplicaSlot {
  part: Part
  /** Ids that are in use in the same service. */
  taken: ReadonlySet<string>
  /** Settings that were changed since the stack came up: asked at each launch. */
  settings(): Record<string, string>
  /** What to emit to, for a replica of this id. */
  emit(id: string): ReplicaOptions['emit']
}

/**
 * What a runtime stands on: processes of this machine, containers. It makes replicas and tells Prometheus where they are;
 * what is done with them, and in which order, is the same for all (SupervisedRuntime).
 */
export interface ReplicaHost {
  readonly name: string
  readonly capabilities: Capabilities
  /** Before anything starts: clears away what an earlier life has left, creates what must be there. */
  open(signal?: AbortSignal): Promise<void>
  /** The replicas a part begins with. */
  begin(seat: ReplicaSlot): Promise<Replica[]>
  add(seat: ReplicaSlot): Promise<Replica>
  /** After it was stopped for good. */
  remove(replica: Replica): Promise<void>
  /** Before the first start: all replicas and their addresses are known. */
  ready(replicasOf: (part: string) => Replica[]): Promise<void>
  /** Which replicas there are has changed. */
  changed(replicasOf: (part: string) => Replica[]): Promise<void>
  /**
   * How long a replica that is scaled away is still kept after `changed`, in milliseconds: Prometheus learns of it with a
   * delay, and must not see a stopped one as down.
   */
  readonly drainMs: number
  /** Where people reach a replica's page; `undefined` when they cannot. */
  origin(replica: Replica): string | undefined
  logs(replica: Replica, lines: number): Promise<string[]>
  /** After everything was stopped. */
  close(): Promise<void>
}
