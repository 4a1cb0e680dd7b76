import type { Direction } from '../../../faults/workload.ts'
import type { LabelSelector } from '../../../kubernetes/objects.ts'
import { withoutMesh } from '../../../kubernetes/without-mesh.ts'
import type { WorkloadPlace } from '../../../kubernetes/workload-place.ts'
import type { OwnerReference } from '../undo/change-object.ts'
import { MADE_PREFIX, UNDO_ANNOTATION } from '../undo/undo-record.ts'
import { PROBE_PROGRAM, type ProbeTarget, TARGETS_VARIABLE } from './probe-program.ts'

/** What is put into a namespace to deny connections to a workload or from it, and to see whether that works. Pure. */

/** The name of the policy; the same one each time, so that a Role can name what may be deleted. */
export function policyName({ kind, name }: Pick<WorkloadPlace, 'kind' | 'name'>): string {
  return `${MADE_PREFIX}${kind}-${name}`.slice(0, LONGEST_NAME).replace(/[^a-z0-9]+$/, '')
}

const LONGEST_NAME = 253

/** A policy that allows no connection to the pods that it selects, or none from them. */
export function denyPolicy(place: WorkloadPlace, { direction, selector, owner, hint }: PolicyParts) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: policyName(place),
      namespace: place.namespace,
      labels: MADE_BY,
      annotations: { [UNDO_ANNOTATION]: hint },
      ownerReferences: [owner],
    },
    spec: { podSelector: selector, policyTypes: [POLICY_TYPE[direction]], [direction]: [] },
  }
}

export interface PolicyParts {
  direction: Direction
  selector: LabelSelector
  owner: OwnerReference
  /** What it says to people. */
  hint: string
}

/** What a policy calls the direction that it is about. */
export const POLICY_TYPE = { ingress: 'Ingress', egress: 'Egress' } as const satisfies Record<Direction, string>

/** The pod from which it is tried to connect, before the policy and while it is there. */
export function probePod(
  { id, namespace, owner }: { id: string; namespace: string; owner: OwnerReference },
  { targets, image }: { targets: readonly ProbeTarget[]; image: string },
) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: probeName(id), namespace, ...withoutMesh(MADE_BY), ownerReferences: [owner] },
    spec: {
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: PROBE_CONTAINER,
          image,
          command: ['node', '-e', PROBE_PROGRAM],
          env: [{ name: TARGETS_VARIABLE, value: JSON.stringify(targets) }],
          resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            runAsUser: NOBODY,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          },
        },
      ],
    },
  }
}

export function probeName(id: string): string {
  return `firedrill-probe-${id}`
}

export const PROBE_CONTAINER = 'probe'

const MADE_BY = { 'app.kubernetes.io/managed-by': 'firedrill' }
const NOBODY = 65_534
