import type { Direction } from '../stream/stream.ts'

/** What the fault proxy in a pod is given, and what it reports. */
export interface PodProxyPlan {
  /** What it listens on, and where each leads: "10.96.0.7:5432". */
  ports: readonly { listen: number; upstream: string }[]
  /** What it does to each connection, from the first one on. Missing: connections are refused. */
  toxic?: PodToxic
  /** Of everything random: which connections a share hits, jitter, stalls. */
  seed: number
  /** Where GET / answers 200 once it reaches every upstream and listens. */
  readyPort: number
}

/** As the HTTP API of the fault proxy names them. */
export interface PodToxic {
  type: string
  stream: Direction
  toxicity: number
  attributes: Record<string, number>
}

/** What has come to it so far: one line of its log, whenever that changes. */
export interface PodProxyCounts {
  isReady: boolean
  /** Why it is not ready. */
  why?: string
  /** Connections that it has accepted. */
  accepted: number
  /** Connections that the toxic affects, and the bytes that have come to it. */
  connections: number
  bytes: number
}

/** The environment variable with the plan, as JSON. */
export const PLAN_VARIABLE = 'FIREDRILL_LINK'
/** What begins a line with counts, as JSON. */
export const COUNTS_LINE = 'firedrill-counts '
