/** What a fault may do beside a target that takes no faults into itself: one of a system that is not ours. */
export interface Beside {
  /** Opens the folder on the target's disk that faults may fill. @throws FD_FAULT_REFUSED when there is none */
  folder(): Promise<BesideFolder>
  /** What may still be taken of the memory before a limit of the target's cgroups, or of the machine, is reached. */
  memory(): BesideMemory
  /**
   * Starts a program in a process of ours, moves it into the cgroups of the target, and resolves with what it reports first. It ends
   * with this process, and by itself when its time is over; when memory runs out the kernel ends it before the target.
   * @throws FD_FAULT_REFUSED when it cannot be started, or not within the limits of the target; the signal's reason
   */
  run(work: NeighbourWork): Promise<Neighbour>
}

/** A folder that is held open, so that nobody can put another one in its place. */
export interface BesideFolder {
  /** For people. */
  name: string
  /** For this process, until it is closed. */
  path: string
  close(): Promise<void>
}

export interface BesideMemory {
  availableBytes: number
  /** The cgroups with a limit, the target's own first, so that a program can read again how much is left. */
  rooms: readonly MemoryRoom[]
}

/** A cgroup with a limit of its memory. */
export interface MemoryRoom {
  /** As /proc/PID/cgroup names it. */
  name: string
  limitBytes: number
  /** The file with the bytes in use. */
  usagePath: string
  /** The file that says, on the line of this key, how much of them the kernel can drop: pages of files. */
  statPath: string
  droppable: string
}

export interface NeighbourWork {
  /** JavaScript; it has `data` and `report(value)`. */
  program: string
  data: object
  /** The fault's time, in milliseconds. */
  forMs: number
  /** Aborted when it is to end although it has not reported yet. */
  signal: AbortSignal
  /** What the program takes. Where it cannot be within the limit that the target has of it, it is refused. */
  takes: 'cpu' | 'memory'
}

/** A process of ours beside a target. */
export interface Neighbour {
  readonly pid: number
  /** For people: "beside pid 4711, in its cgroup /system.slice/shop.service". */
  readonly where: string
  readonly firstReport: unknown
  /** Epoch milliseconds at which the program began. */
  readonly begunAtMs: number
  /** How it ended; `undefined` while it runs. */
  ended(): string | undefined
  /** Ends it; what it has taken is free again. Safe to call twice. */
  end(): Promise<void>
}
