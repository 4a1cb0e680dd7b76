/** What a firedrill.yaml says of faults on Kubernetes. */

/** What is refused unless a service allows it: `allow: [single-replica]`. */
export const ALLOWANCES = ['single-replica', 'disruption-budget', 'system-namespaces', 'several-namespaces'] as const
export type Allowance = (typeof ALLOWANCES)[number]
/** Those of them that a link can have. */
export const LINK_ALLOWANCES = ['system-namespaces', 'several-namespaces'] as const

/** Programs of ours that run in pods of the system. */
export interface PodPrograms {
  /** An image with Node 20 or later. */
  image: string
  /** The service account of the Job that undoes; its Role allows what an undo needs. */
  serviceAccount: string
}

export const DEFAULT_PROGRAMS: PodPrograms = { image: 'node:20-alpine', serviceAccount: 'firedrill' }
