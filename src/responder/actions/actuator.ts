/** What the responder may do to the stack. It has no power of its own: this is the control API with a token, or a cluster's with a Role. */
export interface Actuator {
  /** A restart leaves another replica, of another name, in the place of the old one: that it helped is seen at the service as a whole. */
  readonly renames?: true
  /** Replicas by service. */
  services(): Promise<Map<string, Replica[]>>
  restart(target: { service: string; replica: string }): Promise<void>
  scale(service: string, replicas: number): Promise<void>
  configure(service: string, settings: Record<string, string | null>): Promise<void>
  /** Lifts every fault that is in force; returns how many. */
  clearFaults(): Promise<number>
}

/** A replica as the control API shows it. */
export interface Replica {
  id: string
  state: string
  /** Epoch milliseconds of the last change of state. */
  sinceMs: number
  /** Names of the settings that its service was given; missing where that is not known. */
  configured?: readonly string[]
}
