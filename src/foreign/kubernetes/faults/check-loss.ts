import { faultErrors } from '../../../faults/errors.ts'
import type { PodView } from '../../../faults/workload.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { isSelected, listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, LabelSelector, Pod, Workload } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { desiredReplicas } from '../../../kubernetes/rollout.ts'
import { findResource } from '../../../kubernetes/versions.ts'
import { type WorkloadPlace, workloadText } from '../../../kubernetes/workload-place.ts'
import type { Allowance } from '../../file/kubernetes/pod-programs.ts'
import { isReady, podsOf, readWorkload } from '../workload.ts'

/** What is not done to a cluster unless its file allows it. */

export interface LossContext {
  cluster: Pick<Cluster, 'request'>
  place: WorkloadPlace
  allow: readonly Allowance[]
}

/** The namespaces of Kubernetes itself. */
const SYSTEM = ['kube-system', 'kube-public', 'kube-node-lease']

/** @throws FD_FAULT_REFUSED in a namespace of Kubernetes itself */
export function checkNamespace({
  place: { namespace },
  allow,
}: Pick<LossContext, 'allow'> & { place: Pick<WorkloadPlace, 'namespace'> }): void {
  if (!isRefusedIn(namespace, allow)) return
  throw refused(`${namespace} is a namespace of Kubernetes itself`, 'system-namespaces')
}

/** Whether it is a namespace of Kubernetes itself, and nothing says that faults are wanted there. */
export function isRefusedIn(namespace: string, allow: readonly Allowance[] = []): boolean {
  return SYSTEM.includes(namespace) && !allow.includes('system-namespaces')
}

/** @throws FD_FAULT_REFUSED where nothing would be left of the workload, or a PodDisruptionBudget forbids the loss of a pod */
export async function checkLoss(context: LossContext, pod: PodView, labels: Pod['metadata']['labels']): Promise<void> {
  const { cluster, place, allow } = context
  if (!allow.includes('single-replica')) await checkOthers(context, pod)
  if (allow.includes('disruption-budget')) return
  const budget = (await budgetsOf(cluster, place.namespace)).find((one) => forbids(one, labels ?? {}))
  if (budget === undefined) return
  const allowed = `${budget.status?.currentHealthy ?? 0} healthy, ${budget.status?.desiredHealthy ?? 0} wanted`
  throw refused(
    `PodDisruptionBudget ${budget.metadata.name} allows no loss of pod ${pod.name} at the moment (${allowed})`,
    'disruption-budget',
  )
}

/** @throws FD_FAULT_REFUSED where no other pod serves in the meantime */
async function checkOthers({ cluster, place }: LossContext, pod: PodView): Promise<void> {
  const workload = await readWorkload(cluster, place)
  const text = workloadText(place)
  if (desiredReplicas(workload) <= 1) throw refused(`${text} has a single replica`, 'single-replica')
  const pods = await podsOf(cluster, place, workload)
  if (pods.some((other) => other.metadata.uid !== pod.uid && isReady(other))) return
  throw refused(`no pod of ${text} but ${pod.name} is ready at the moment`, 'single-replica')
}

/** @throws FD_FAULT_REFUSED where a rollout that never gets ready takes every pod of the workload */
export async function checkRollout({ cluster, place, allow }: LossContext): Promise<void> {
  if (allow.includes('single-replica')) return
  const workload = await readWorkload(cluster, place)
  const desired = desiredReplicas(workload)
  if (desired === 0 || takenByRollout(workload, desired) < desired) return
  throw refused(`a rollout of ${workloadText(place)} takes all of its pods away at once`, 'single-replica')
}

/** How many pods may be away while a rollout is under way. Pure. */
export function takenByRollout({ spec: { strategy, updateStrategy } }: Workload, desired: number): number {
  const { type, rollingUpdate } = strategy ?? updateStrategy ?? {}
  if (type === 'Recreate') return desired
  // Those of a Deployment are 25 %, those of a DaemonSet one.
  const { maxUnavailable = strategy === undefined ? 1 : '25%' } = rollingUpdate ?? {}
  const [, percent] = /^(\d+)%$/.exec(String(maxUnavailable)) ?? []
  if (percent === undefined) return Number(maxUnavailable)
  // A Deployment rounds down, a DaemonSet up.
  const share = (Number(percent) / 100) * desired
  return strategy === undefined ? Math.ceil(share) : Math.floor(share)
}

/** A PodDisruptionBudget. An empty selector selects every pod in policy/v1, and none in policy/v1beta1. */
interface Budget extends KubernetesObject {
  spec: { selector?: LabelSelector }
  status?: { disruptionsAllowed?: number; currentHealthy?: number; desiredHealthy?: number }
}

async function budgetsOf(cluster: Pick<Cluster, 'request'>, namespace: string): Promise<Budget[]> {
  const resource = 'poddisruptionbudgets'
  const served = await findResource(cluster, 'policy', resource)
  if (served === undefined) return []
  const all = await listAll<Budget>(cluster, { path: resourcePath({ api: served.api, namespace, resource }) })
  return served.apiVersion === 'policy/v1beta1' ? all.filter(({ spec }) => !isEmpty(spec.selector)) : all
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0
}

/** Whether a budget is about a pod with these labels, and is used up. Pure. */
export function forbids({ spec, status }: Budget, labels: Readonly<Record<string, string>>): boolean {
  if (spec.selector === undefined || (status?.disruptionsAllowed ?? 0) > 0) return false
  return isSelected(labels, spec.selector)
}

/** Where a file says it: in a service. */
export function allowedBy(allowance: Allowance): string {
  return `where that is wanted, in firedrill.yaml, in \`kubernetes\` of the service, beside \`workload\`: \`kubernetes: { workload: …, allow: [${allowance}] }\``
}

function refused(message: string, allowance: Allowance) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message,
    next: allowedBy(allowance),
  })
}
