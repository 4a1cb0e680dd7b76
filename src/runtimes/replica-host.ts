import type { Part } from '../stack/part.ts'
import type { Replica, ReplicaOptions } from './replica.ts'
import type { Capabilities } from './runtime.ts'

/**
 * What a runtime runs replicas on: processes of this machine, containers, memory. It makes replicas and lists their addresses
 * for Prometheus; what is done with them, and in which order, is the same for all hosts (SupervisedRuntime).
 */
export interface ReplicaHost {
  readonly name: string
  readonly capabilities: Capabilities
  /** Before anything starts: clears away what an earlier run has left, creates what must exist. */
  open(signal?: AbortSignal): Promise<void>
  /** The replicas that a part begins with. */
  begin(slot: ReplicaSlot): Promise<Replica[]>
  add(slot: ReplicaSlot): Promise<Replica>
  /** After it was stopped for good. */
  remove(replica: Replica): Promise<void>
  /** Before the first start: all replicas and their addresses are known. */
  ready(replicasOf: ReplicasOf): Promise<void>
  /** After replicas were added or removed. */
  changed(replicasOf: ReplicasOf): Promise<void>
  /**
   * How long a replica that is scaled away still runs after `changed`, in milliseconds: Prometheus reads its lists with a
   * delay, and must not see a stopped replica as down.
   */
  readonly drainMs: number
  /** Where people open a replica's page; `undefined` when they cannot. */
  origin(replica: Replica): string | undefined
  /** The last lines of its log, oldest first. */
  logs(replica: Replica, lines: number): Promise<string[]>
  /** After everything was stopped. */
  close(): Promise<void>
}

/** The replicas of a part at the moment. */
export type ReplicasOf = (part: string) => Replica[]

/** The place of a replica that a host is to make. */
export interface ReplicaSlot {
  part: Part
  /** The lowest number that is free in the service, from 1. */
  number: number
  /** Settings that were changed since the stack came up: asked at each launch. */
  settings(): Record<string, string>
  /** Where a replica of this id records its events. */
  emit(id: string): ReplicaOptions['emit']
}

/** For example "store-1". */
export function replicaId({ name }: Pick<Part, 'name'>, number: number): string {
  return `${name}-${number}`
}
