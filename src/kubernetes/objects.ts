/** The slices of the objects of Kubernetes that are read and written here. */

export interface ObjectMeta {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  /** When its grace is over. */
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Readonly<Record<string, string>>
  annotations?: Readonly<Record<string, string>>
  ownerReferences?: readonly { kind: string; name: string; uid: string; controller?: boolean }[]
  /** Which program has written which fields, since Kubernetes 1.18; those of the subresource `scale` since 1.22. */
  managedFields?: readonly { manager?: string; time?: string; fieldsV1?: unknown }[]
}

export interface KubernetesObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
}

export interface ListOf<T> {
  metadata: { resourceVersion: string; continue?: string }
  items: readonly T[]
}

/** What has pods: a Deployment, StatefulSet, DaemonSet or ReplicaSet. */
export interface Workload extends KubernetesObject {
  spec: {
    replicas?: number
    selector: LabelSelector
    template: { metadata?: Partial<ObjectMeta>; spec: PodSpec }
    /** Of a Deployment: another template changes no pod for now. */
    paused?: boolean
    strategy?: RolloutStrategy
    /** Of a StatefulSet or a DaemonSet. With OnDelete a pod has a new template only when somebody deletes it. */
    updateStrategy?: RolloutStrategy
  }
  status: {
    replicas?: number
    readyReplicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    /** Of a DaemonSet, in place of the numbers above. */
    desiredNumberScheduled?: number
    updatedNumberScheduled?: number
    numberReady?: number
    /** Of a StatefulSet: the same when no rollout is under way. */
    currentRevision?: string
    updateRevision?: string
    conditions?: readonly ObjectCondition[]
  }
}

/** How pods are replaced by those of another template. */
export interface RolloutStrategy {
  type?: string
  /** A number of pods, or a share of them: "25%". */
  rollingUpdate?: { maxUnavailable?: number | string }
}

/** One thing that is true of an object, or not. */
export interface ObjectCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface LabelSelector {
  matchLabels?: Readonly<Record<string, string>>
  matchExpressions?: readonly {
    key: string
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    values?: readonly string[]
  }[]
}

export interface PodSpec {
  containers: readonly Container[]
  nodeName?: string
  terminationGracePeriodSeconds?: number
  securityContext?: RunAs
  /** Its containers see each other's processes, or those of the whole node. */
  shareProcessNamespace?: boolean
  hostPID?: boolean
  /** It has no address of its own: no NetworkPolicy is about it. */
  hostNetwork?: boolean
}

/** As whom programs run; that of a container counts before that of its pod. */
export interface RunAs {
  runAsUser?: number
  runAsGroup?: number
}

export interface Container {
  name: string
  image: string
  ports?: readonly { name?: string; containerPort: number; protocol?: string }[]
  resources?: { limits?: Readonly<Record<string, string>>; requests?: Readonly<Record<string, string>> }
  securityContext?: RunAs
}

export interface Pod extends KubernetesObject {
  spec: PodSpec
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    podIP?: string
    reason?: string
    message?: string
    conditions?: readonly ObjectCondition[]
    containerStatuses?: readonly ContainerStatus[]
    ephemeralContainerStatuses?: readonly ContainerStatus[]
  }
}

export interface ContainerStatus {
  name: string
  containerID?: string
  restartCount: number
  ready: boolean
  state?: ContainerState
  lastState?: ContainerState
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason?: string
    message?: string
    finishedAt?: string
    containerID?: string
  }
}

export interface ServicePort {
  name?: string
  port: number
  /** A number, or the name of a port of the pods. */
  targetPort?: number | string
  protocol?: string
}

export interface Service extends KubernetesObject {
  spec: {
    selector?: Readonly<Record<string, string>>
    ports?: readonly ServicePort[]
    type?: string
    /** "None" of a headless one. */
    clusterIP?: string
    externalTrafficPolicy?: string
    internalTrafficPolicy?: string
  }
}
/** Where a Service sends to. */
export interface Endpoints extends KubernetesObject {
  subsets?: readonly {
    addresses?: readonly { ip?: string; targetRef?: { kind?: string; name?: string; uid?: string } }[]
  }[]
}
