import type { PartPlan } from '../../compose/project/plan.ts'
import { labelsOf, type Manifest, selectorOf } from './manifest.ts'
import { type PodOptions, podTemplateOf, portsOf } from './pod.ts'
import { keptFoldersOf, volumesOf } from './volumes.ts'

/** The workload of a part, and what stands before it. */

/** On each node one, since what it measures is the node. */
const ON_EACH_NODE: readonly string[] = ['node-exporter']
/** Replicas of a part that can have several: one can be lost while another answers. */
const REPLICAS = 2

/** The workload of a part: a StatefulSet where it keeps data, else a Deployment, or a DaemonSet. */
export function workloadOf(plan: PartPlan, options: PodOptions): Manifest {
  const { part } = plan
  const replicas = replicasOf(plan)
  const common = { selector: { matchLabels: selectorOf(part.name) }, template: podTemplateOf(plan, options) }
  const metadata = { name: part.name, labels: labelsOf(part) }
  if (isOnEachNode(plan)) return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: common }
  if (keptFoldersOf(plan).length > 0) {
    const { volumeClaimTemplates } = volumesOf(plan, options.configMaps)
    const spec = { serviceName: part.name, replicas, ...common, volumeClaimTemplates }
    return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec }
  }
  const strategy =
    replicas > 1
      ? { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
      : // Two of it for a moment would be two stores, or two that notify.
        { type: 'Recreate' }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, strategy, ...common } }
}

/** By its name a part is reached from the others. */
export function serviceOf(plan: PartPlan): Manifest {
  const { part } = plan
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: part.name, labels: labelsOf(part) },
    spec: {
      // Nobody asks for "some node": each is scraped.
      ...(isOnEachNode(plan) ? { clusterIP: 'None' } : {}),
      selector: selectorOf(part.name),
      ports: portsOf(part).map(({ name, port }) => ({ name, port, targetPort: name })),
    },
  }
}

/** Of several replicas all but one stay while nodes are emptied; of one, none would, and no node could be emptied. */
export function disruptionBudgetOf(plan: PartPlan, apiVersion: string): Manifest | undefined {
  const { part } = plan
  if (replicasOf(plan) < 2) return undefined
  return {
    apiVersion,
    kind: 'PodDisruptionBudget',
    metadata: { name: part.name, labels: labelsOf(part) },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(part.name) } },
  }
}

function replicasOf({ part }: PartPlan): number {
  return Math.min(part.maxReplicas ?? 1, REPLICAS)
}

function isOnEachNode({ part }: PartPlan): boolean {
  return ON_EACH_NODE.includes(part.name)
}
