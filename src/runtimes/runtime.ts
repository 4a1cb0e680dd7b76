import { errorTable } from '../base/errors.ts'
import type { Address, PartKind } from '../stack/part.ts'
import type { Actor, RuntimeEvent } from './runtime-event.ts'

/** The seam to what runs a stack: the interface of every runtime, and what it reports of services and replicas. */

export const runtimeErrors = errorTable({
  FD_RUNTIME_UNKNOWN_SERVICE: { meaning: 'No service or replica has that name', http: 404 },
  FD_RUNTIME_UNSUPPORTED: { meaning: 'This runtime, or this service, cannot do that', http: 422 },
  FD_RUNTIME_SETTING: { meaning: 'A service has no such setting, or would not start with that value', http: 422 },
  FD_RUNTIME_CONFLICT: { meaning: 'The replica is in a state in which that cannot be done', http: 409 },
  FD_RUNTIME_START_FAILED: { meaning: 'A part did not become healthy', http: 502 },
})

export type { Actor, RuntimeEvent } from './runtime-event.ts'

/** `starting` until first healthy; `exited` when it ended by itself; `backoff` while a restart is due. */
export type ReplicaState =
  | 'stopped'
  | 'starting'
  | 'healthy'
  | 'unhealthy'
  | 'paused'
  | 'stopping'
  | 'exited'
  | 'backoff'

export interface ReplicaStatus {
  /** For example "store-1". */
  id: string
  state: ReplicaState
  /** Epoch milliseconds of the last change of state. */
  sinceMs: number
  pid?: number
  /** Whether its host reports it as frozen, where the pid may be one of another machine. */
  halted?: boolean
  address: Address
  /** Its URL, when that is not http:// and the address. */
  origin?: string
  /** Starts after the first one. */
  restarts: number
  lastExit?: { code: number | null; signal: string | null; atMs: number }
  /** What the last failing health check saw. */
  detail?: string
}

export interface ServiceStatus {
  name: string
  kind: PartKind
  summary: string
  replicas: ReplicaStatus[]
  /** The page that people open, if it has one. */
  url?: string
  /** That page, and all other paths, ask for a password: `firedrill open NAME` has it. */
  asksPassword?: true
  maxReplicas: number
  /** Its replicas take faults into their own process. */
  takesFaults?: true
  /** Names of the settings that `configure` has changed; missing while all have their defaults. */
  configured?: string[]
  /** What was a replica, and is not gone yet; missing while there is none. */
  ending?: EndingReplica[]
}

/** What was a replica until it was deleted. Until it is gone, monitoring may still scrape it. */
export interface EndingReplica {
  /** "pod shop-5bb589fb-4gwlm" */
  name: string
  /** When it was deleted, in epoch milliseconds. */
  sinceMs: number
  /** When it is gone at the latest, unless something holds it, in epoch milliseconds. */
  goneByMs: number
}

/** What a runtime can do besides starting and stopping. A fault that needs a missing capability is refused. */
export interface Capabilities {
  canKill: boolean
  canPause: boolean
  canScale: boolean
}

/** A service, or one replica of it. Without a replica, `kill` is for the first one and every other act for all of them. */
export interface Target {
  service: string
  replica?: string
}

/** What runs the stack. The contract suite in test/contract/ defines what each method must do, for every runtime. */
export interface Runtime {
  readonly name: string
  readonly capabilities: Capabilities
  /** Starts everything in dependency order and resolves when all is healthy. Aborting stops what was started. */
  up(signal?: AbortSignal): Promise<void>
  /** Stops everything in order, each within its grace. Safe to call at any time, also twice. */
  down(): Promise<void>
  services(): ServiceStatus[]
  /** Events after `sequence`, oldest first. */
  events(afterSequence?: number): RuntimeEvent[]
  onEvent(listener: (event: RuntimeEvent) => void): () => void
  /** Resolves when healthy. A replica that runs is left as it is. */
  start(target: Target, actor: Actor): Promise<void>
  /** Resolves when stopped; it stays stopped, whatever its restart policy. */
  stop(target: Target, actor: Actor): Promise<void>
  /** Sends a signal to one replica's process; the restart policy applies to what follows. */
  kill(target: Target, signal: NodeJS.Signals, actor: Actor): Promise<void>
  pause(target: Target, actor: Actor): Promise<void>
  resume(target: Target, actor: Actor): Promise<void>
  /** Stops it (or what is left of it) and starts it; resolves when healthy. A replica that is starting already is a conflict. */
  restart(target: Target, actor: Actor): Promise<void>
  scale(service: string, replicas: number, actor: Actor): Promise<void>
  /**
   * Restarts a service with settings (environment variables) changed; `null` sets one back to its default. When nothing changes,
   * nothing is restarted. Only settings that the part names can be set, to values that it would start with; anything else is
   * refused and changes nothing. @throws FD_RUNTIME_SETTING
   */
  configure(service: string, settings: Record<string, string | null>, actor: Actor): Promise<void>
  /** The last lines of a replica's log, oldest first. */
  logs(target: Target, options: { lines: number }): Promise<string[]>
}
