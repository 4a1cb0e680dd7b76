/** What a fault may do to a workload of Kubernetes, and to the pod in the place of a replica. */
export interface WorkloadSubject {
  /** For people: "deployment/checkout in shop". */
  readonly description: string
  /** The pod that is in the place of the replica now; `undefined` while there is none. */
  pod(): Promise<PodView | undefined>
  /** The same pod as it is now, by its UID; `undefined` once it is gone. */
  again(pod: PodView): Promise<PodView | undefined>
  /** All pods of the workload. */
  pods(): Promise<PodView[]>
  /** The Services that send to that pod. */
  servicesOf(pod: PodView): Promise<string[]>
  /**
   * Resolves when the pod may be taken away: its namespace may be harmed, other replicas stay, and no PodDisruptionBudget forbids it.
   * @throws FD_FAULT_REFUSED
   */
  checkLoss(pod: PodView): Promise<void>
  /** Deletes the pod without grace, as the loss of its node does. */
  lose(pod: PodView): Promise<void>
  /** Evicts the pod, which has its time of grace. Rejects where a PodDisruptionBudget forbids it */
  evict(pod: PodView): Promise<void>
  /** Runs a program in a container of the pod. Rejects where the container has no such program, or has ended. */
  exec(
    pod: PodView,
    container: string,
    command: readonly [string, ...string[]],
  ): Promise<{ code: number; stdout: string; stderr: string }>
  /**
   * Starts a program in an ephemeral container of the pod, within the limits of the pod, and resolves with what it reports first.
   * It ends by itself when its time is over. The ephemeral container stays in the pod's description: Kubernetes removes none.
   * @throws FD_FAULT_REFUSED when it cannot be started; the signal's reason
   */
  run(pod: PodView, work: PodWork): Promise<PodProgram>
  /**
   * Changes the workload, so that the change is undone also when this process ends: a Job in the namespace holds the undo before
   * anything is changed. Only one change at a time is made to a workload.
   * @throws FD_FAULT_REFUSED
   */
  change(change: WorkloadChange, held: { id: string; forMs: number; signal: AbortSignal }): Promise<HeldChange>
  /**
   * Denies connections to all pods of the workload, or from them, by a NetworkPolicy, which is undone also when this process ends. A probe
   * has connected before, and tries on.
   * @throws FD_FAULT_REFUSED where no probe can connect, or another policy allows connections
   */
  deny(denial: Denial, held: { id: string; forMs: number; signal: AbortSignal }): Promise<HeldDenial>
}

export interface PodView {
  name: string
  uid: string
  isReady: boolean
  /** Whether it is being deleted, or will never run again. */
  isEnding: boolean
  /** Whether its containers see each other's processes: then pid 1 is of none of them. */
  sharesProcesses: boolean
  /** Limit of the memory of all its containers together, in bytes; `undefined` where one has none. */
  memoryLimitBytes: number | undefined
  containers: readonly ContainerView[]
}

export interface ContainerView {
  name: string
  /** Another one after each start. */
  id: string | undefined
  restarts: number
  isRunning: boolean
  /** Why it does not run yet: "ImagePullBackOff". */
  waiting: string | undefined
  /** How it, or the one before it, ended: "exit code 137, OOMKilled". */
  ended: string | undefined
}

export interface PodWork {
  /** JavaScript; it has `data` and `report(value)`. */
  program: string
  data: object
  /** The fault's time, in milliseconds. */
  forMs: number
  signal: AbortSignal
  /** The container whose processes the program sees; without it only its own. */
  sees?: string
}

/** A program of ours in a pod. */
export interface PodProgram {
  /** Name of its container. */
  readonly container: string
  /** Epoch milliseconds at which it had begun. */
  readonly begunAtMs: number
  readonly firstReport: unknown
  /** How it ended; `undefined` while it runs. */
  ended(): Promise<string | undefined>
  /** Ends it. Safe to call twice. */
  end(): Promise<void>
}

/** One change of a workload's description, and the way back. */
export interface WorkloadChange {
  /** Name of the fault. */
  fault: string
  /** Whether it gives the pods another template, with which none gets ready. */
  rollsOut?: true
  /** The patches for a workload as it is now. @throws FD_FAULT_REFUSED where it cannot be changed so */
  patches(workload: WorkloadDescription): ChangePatches
}

export interface ChangePatches {
  act: readonly PatchStep[]
  /** Each begins with tests that what was changed is still so: a patch whose test fails changes nothing. */
  undo: readonly PatchStep[]
  /** For people: "image of web: broken:1 instead of shop:4". */
  what: string
}

export interface Denial {
  /** Name of the fault. */
  fault: string
  direction: Direction
  /** Of `ingress`: the port at which the probe connects; 0: the first one that the container declares. */
  port: number
}

/** Whose connections are denied: those of others to the pods, or those of the pods to others. */
export type Direction = (typeof directions)[number]

export const directions = ['ingress', 'egress'] as const

/** One operation of a JSON Patch (RFC 6902). */
export type PatchStep =
  | { op: 'test' | 'add' | 'replace'; path: string; value: unknown }
  | { op: 'remove'; path: string }

/** What changes of a workload depend on. */
export interface WorkloadDescription {
  kind: string
  replicas: number
  containers: readonly { name: string; image: string; envFrom?: readonly unknown[] }[]
  /** Index of the container that counts. */
  main: number
}

/** A change that has been made. */
export interface HeldChange {
  readonly what: string
  /** Epoch milliseconds at which the API server had made it. */
  readonly changedAtMs: number
  /** Renews the lease after whose end the Job undoes the change. False when the change has been undone. */
  renew(): Promise<boolean>
  /** Puts back what was changed, unless somebody else has done that. Safe to call twice. */
  undo(): Promise<{ changed: boolean; detail: string }>
}
/** Connections that are being denied. */
export interface HeldDenial extends HeldChange {
  /** What the probe sees now. */
  probe(): Promise<{ connects: boolean; text: string }>
}
