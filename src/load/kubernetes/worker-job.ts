import { withoutMesh } from '../../kubernetes/without-mesh.ts'

/** The objects of the workers of one load in a cluster. Pure. */

/** At which each worker listens in its pod. */
export const WORKER_PORT = 9292
/** Of all objects of a load's workers. */
export const WORKER_LABELS = {
  'app.kubernetes.io/name': 'firedrill',
  'app.kubernetes.io/component': 'load-worker',
} as const

/**
 * A Job whose pods are workers. None is started again: a worker that is gone is missing in the load. It ends by itself, also where
 * nobody is left to delete it: workers end with their load, and the Job at its deadline.
 */
export function workerJob({ name, image, count, cpu, durationMs }: WorkerJobOptions) {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: WORKER_LABELS },
    spec: {
      completions: count,
      parallelism: count,
      // Kubernetes has it since 1.22; an older one leaves out what it does not know, and its pods have no index.
      completionMode: 'Indexed',
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(durationMs / 1_000) + SPARE_SECONDS,
      ttlSecondsAfterFinished: SPARE_SECONDS,
      template: { metadata: withoutMesh(WORKER_LABELS), spec: podSpec({ name, image, cpu }) },
    },
  }
}

/** The token of the workers. */
export function workerSecret(name: string, token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels: WORKER_LABELS },
    type: 'Opaque',
    stringData: { token },
  }
}

export interface WorkerJobOptions {
  /** Of the Job, and of the Secret with its token. */
  name: string
  image: string
  count: number
  /** That each pod asks for, as Kubernetes writes it: "1", "500m". */
  cpu: string
  /** Of the load. */
  durationMs: number
}

/** For images to be fetched and pods to be scheduled, and until a finished Job is removed. */
const SPARE_SECONDS = 600

function podSpec({ name, image, cpu }: Pick<WorkerJobOptions, 'name' | 'image' | 'cpu'>) {
  const args = ['load', 'worker', '--listen', `0.0.0.0:${WORKER_PORT}`, '--allow-remote', '--once']
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 10,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10_000,
      runAsGroup: 10_000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    // Two on one machine share its network and its cores.
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: WORKER_LABELS },
      },
    ],
    containers: [
      {
        name: 'worker',
        image,
        args,
        env: [{ name: 'FIREDRILL_WORKER_TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } }],
        ports: [{ containerPort: WORKER_PORT }],
        readinessProbe: { tcpSocket: { port: WORKER_PORT }, periodSeconds: 1 },
        // No limit of CPU time: a generator that is held back measures that.
        resources: { requests: { cpu, memory: '256Mi' }, limits: { memory: '1Gi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  }
}
