import { FiredrillError } from '../../../base/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { Pod, Workload } from '../../../kubernetes/objects.ts'
import { APPS, resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadKind, workloadKinds } from '../../../kubernetes/workload-place.ts'
import { LABELS } from '../manifests/manifest.ts'
import type { Claim, Job, StackObjects, Warning } from './stack-objects.ts'

/** Reads the objects of a stack that say whether it is ready. @throws what a request throws */
export async function readStackObjects(
  cluster: Pick<Cluster, 'request'>,
  namespace: string,
  signal?: AbortSignal,
): Promise<StackObjects> {
  const list = <T>(resource: string, api?: string): Promise<T[]> =>
    listAll<T>(cluster, {
      path: resourcePath({ namespace, resource, ...(api === undefined ? {} : { api }) }),
      query: { labelSelector: LABELS.stack },
      ...(signal === undefined ? {} : { signal }),
    })
  const kinds = Object.entries(workloadKinds) as [WorkloadKind, (typeof workloadKinds)[WorkloadKind]][]
  const [workloads, jobs, pods, claims, warnings] = await Promise.all([
    Promise.all(
      kinds.map(async ([kind, { resource }]) =>
        (await list<Workload>(resource, APPS)).map((workload) => ({ kind, workload })),
      ),
    ),
    list<Job>('jobs', BATCH),
    list<Pod>('pods'),
    orNone(listAll<Claim>(cluster, { path: resourcePath({ namespace, resource: 'persistentvolumeclaims' }) })),
    orNone(
      listAll<Warning>(cluster, {
        path: resourcePath({ namespace, resource: 'events' }),
        query: { fieldSelector: 'type=Warning' },
      }),
    ),
  ])
  return { workloads: workloads.flat(), jobs, pods, claims, warnings: warnings.sort(byTime) }
}

const BATCH = '/apis/batch/v1'

/** They only explain what is missing: who may not read them gets fewer words. */
async function orNone<T>(list: Promise<T[]>): Promise<T[]> {
  try {
    return await list
  } catch (error) {
    if (error instanceof FiredrillError && error.code === 'FD_KUBERNETES_FORBIDDEN') return []
    throw error
  }
}

function byTime(a: Warning, b: Warning): number {
  const timeOf = ({ lastTimestamp, eventTime, metadata }: Warning) =>
    Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp)
  return timeOf(a) - timeOf(b)
}
