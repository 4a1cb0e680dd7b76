import type { Address } from '../../stack/part.ts'

/** The seam to replicas of a foreign system: processes, systemd units, containers, or nothing of these. */

/** One life of a replica that is not ours, as its host shows it at a moment. */
export interface ReplicaLife {
  /** Id of this life: another id means that the replica was started again. */
  life: string
  pid: number | undefined
  /** Whether it is frozen, as after SIGSTOP. */
  halted: boolean
  /** For people, where it has no pid: "pod checkout-7d9f". */
  name?: string
  /** Where its host shows that. Otherwise its URL is asked. */
  readiness?: { isReady: boolean; detail: string }
}

/** A replica that is a process of this machine. */
export interface LocalProcess {
  pid: number
  /** Where this process finds the folder that is the replica's root; empty when both have the same. */
  root: string
}

/** Observes and controls one replica: a process, a container. Every method may throw FD_FOREIGN_PROCESS. */
export interface ReplicaControl {
  /** What it is, for people: "process of run/shop.pid". */
  readonly description: string
  /** The present life; `undefined` while the replica does not run. */
  look(): Promise<ReplicaLife | undefined>
  /** Whether that life still runs, as far as is known without waiting. */
  lives(current: ReplicaLife): boolean
  /** Why there is no life, as of the last look; missing where nothing is known of that. */
  absence?(): string | undefined
  /** Where it listens, as of the last look; missing where its URL has that. */
  address?(): Address | undefined
  /** Its process; `undefined` when it is not one of this machine. */
  local(current: ReplicaLife): LocalProcess | undefined
  /** As a crash or an operator would: a service manager may start the replica again. */
  signal(current: ReplicaLife, signal: NodeJS.Signals): Promise<void>
  /** Freezes the replica. If this process is killed meanwhile, the replica thaws, where the host supports that. */
  freeze(current: ReplicaLife): Promise<void>
  thaw(current: ReplicaLife): Promise<void>
  /** Stops it in order, and it stays stopped. */
  stop(current: ReplicaLife): Promise<void>
  /** Resolves when it runs again; it may not be ready yet. */
  start(): Promise<void>
  /** The last lines of its log, oldest first. */
  log(lines: number): Promise<string[]>
  close(): Promise<void>
}
