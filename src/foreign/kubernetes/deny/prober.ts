import type { OwnerReference } from '../undo/change-object.ts'

/** What tries to connect, before there is a policy and while it is there. */
export interface Prober {
  /**
   * Starts it, and waits until it has connected. What it makes beside other objects is owned by that one.
   * @throws FD_FAULT_REFUSED where it cannot connect; the signal's reason
   */
  start(owner: OwnerReference): Promise<void>
  /** What it sees now. */
  now(): Promise<ProbeView>
  /** Ends it. Safe to call twice, and where it has not started. */
  end(): Promise<void>
}

export interface ProbeView {
  connects: boolean
  /** For people: "pod web-1 still connects to 10.0.0.1:443". */
  text: string
}
