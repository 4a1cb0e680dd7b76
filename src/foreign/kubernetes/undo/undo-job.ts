import { resourcePath } from '../../../kubernetes/paths.ts'
import { withoutMesh } from '../../../kubernetes/without-mesh.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { objectPath } from './changed-object.ts'
import {
  ARMED_ANNOTATION,
  COORDINATION,
  LEFT_ANNOTATION,
  UNDO_ANNOTATION,
  UNDO_LABEL,
  type UndoLease,
  type UndoRecord,
} from './undo-record.ts'
import { WATCH_PROGRAM, type WatchData } from './watch-program.ts'

/** The Job that undoes a change when its Lease ends. */

/** Name of its container. */
export const UNDO_CONTAINER = 'undo'

/** How long a change lasts after its lease was last renewed, and how much longer than its time. Milliseconds. */
export const LEASE_MS = 6_000
const GRACE_MS = 1_500

/** The Job, which the Lease owns: with the Lease it goes away. Pure. */
export function undoJob(record: UndoRecord, lease: UndoLease, { image, serviceAccount }: PodPrograms) {
  const { name } = lease.metadata
  const { namespace } = record.object
  const data: WatchData = {
    lease: resourcePath({ api: COORDINATION, namespace, resource: 'leases', name }),
    object: objectPath(record.object),
    undo: record.undo,
    leaseMs: LEASE_MS,
    graceMs: GRACE_MS,
    annotations: { left: LEFT_ANNOTATION, armed: ARMED_ANNOTATION, hint: UNDO_ANNOTATION },
  }
  const labels = undoLabels(record)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels,
      ownerReferences: [{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, uid: lease.metadata.uid }],
    },
    spec: {
      // A node that goes away must not take the undo along.
      backoffLimit: 20,
      ttlSecondsAfterFinished: 60,
      template: {
        metadata: withoutMesh(labels),
        spec: {
          restartPolicy: 'OnFailure',
          serviceAccountName: serviceAccount,
          terminationGracePeriodSeconds: 0,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: NOBODY,
            runAsGroup: NOBODY,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: UNDO_CONTAINER,
              image,
              command: ['node', '-e', WATCH_PROGRAM],
              env: [{ name: 'FIREDRILL_WATCH', value: JSON.stringify(data) }],
              // With both limits: a quota of the namespace can demand them.
              resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
              securityContext: LOCKED,
            },
          ],
        },
      },
    },
  }
}

/** Labels of everything that is made for one undo. */
export function undoLabels({ id }: Pick<UndoRecord, 'id'>): Record<string, string> {
  return { 'app.kubernetes.io/managed-by': 'firedrill', [UNDO_LABEL]: id }
}

const NOBODY = 65_534

/** What the profile `restricted` of Pod Security asks of a container. */
const LOCKED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const
