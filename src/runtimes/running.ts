/** One life of a replica on its host: a process, a container. */
export interface Running {
  readonly pid: number | undefined
  /** Resolves when it has ended, for any reason. Never rejects. */
  readonly exited: Promise<Exit>
  /** Does nothing when it has ended. */
  signal(signal: NodeJS.Signals): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  /** Ends it at once, with everything it started. Does nothing when it has ended. */
  destroy(): Promise<void>
}

/** How a life has ended. */
export interface Exit {
  code: number | null
  signal: string | null
  /** Why it never ran, if it never did. */
  detail?: string
  /** The system's error in that case. */
  error?: Error
}
