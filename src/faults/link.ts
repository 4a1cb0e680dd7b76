import type { HeldChange } from './workload.ts'

/** What a fault may do to a link that is a Service of Kubernetes: the fault proxy comes before its pods, for the time of that fault. */
export interface LinkSubject {
  /** For people: "service/db in shop". */
  readonly description: string
  /**
   * Has the Service send to the proxy, so that this is undone also when this process ends. One fault at a time harms a Service.
   * @throws FD_FAULT_REFUSED where the proxy cannot come before it, or does not start; the signal's reason
   */
  harm(harm: LinkHarm, held: { id: string; forMs: number; seed: number; signal: AbortSignal }): Promise<HarmedLink>
}

export interface LinkHarm {
  /** Name of the fault. */
  fault: string
  /** What the proxy does to connections, in its own units; without it, it refuses them. */
  toxic?: LinkToxic
}

/** As the API of the fault proxy has it. */
export interface LinkToxic {
  type: string
  stream: 'upstream' | 'downstream'
  /** Share of the connections, 0–1. */
  toxicity: number
  attributes: Record<string, number>
}

/** A link that is being harmed. */
export interface HarmedLink extends HeldChange {
  look(): Promise<LinkView>
}

/** What a Service that is harmed sends to, and what has come to the proxy. */
export interface LinkView {
  /** Whether the proxy is all that it sends to. */
  isDiverted: boolean
  /** For people: "service/db in shop sends to pod firedrill-proxy-1 alone". */
  sendsTo: string
  /** Connections that the harm has affected, and the bytes that have come to it. */
  connections: number
  bytes: number
}
