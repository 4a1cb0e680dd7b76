/** One life of a replica that is not ours, as its host shows it at a moment. */
export interface ReplicaLife {
  /** Names this life for ever: another one means that the replica was started again. */
  life: string
  pid: number | undefined
  /** Whether it stands still, as after SIGSTOP. */
  halted: boolean
}

/** What can be seen of one replica, and done to it: a process, a container. Every act throws FD_FOREIGN_PROCESS. */
export interface ReplicaControl {
  /** What it is, for people: "process of run/shop.pid". */
  readonly description: string
  /** The life there is; `undefined` while there is none. */
  look(): Promise<ReplicaLife | undefined>
  /** Whether that life goes on, as far as can be told at once. */
  lives(current: ReplicaLife): boolean
  /** As a crash or an operator would: whoever watches over the replica may start it again. */
  signal(current: ReplicaLife, signal: NodeJS.Signals): Promise<void>
  /** Lets it stand still. Should this process be killed meanwhile, it goes on, where that can be had. */
  freeze(current: ReplicaLife): Promise<void>
  thaw(current: ReplicaLife): Promise<void>
  /** Stops it in good order, and for good. */
  stop(current: ReplicaLife): Promise<void>
  /** Resolves when there is a life again; it need not be ready. */
  start(): Promise<void>
  /** The last lines of its log, oldest first. */
  log(lines: number): Promise<string[]>
  close(): Promise<void>
}
