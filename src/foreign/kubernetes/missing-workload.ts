import type { FiredrillError } from '../../base/errors.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { listAll } from '../../kubernetes/lists.ts'
import type { KubernetesObject } from '../../kubernetes/objects.ts'
import { APPS, resourcePath } from '../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadKinds, workloadText } from '../../kubernetes/workload-place.ts'
import { foreignErrors } from '../errors.ts'

/** The error of a service whose workload is not in its cluster; names those of its kind that are, where they may be listed. */
export async function missingWorkload(
  cluster: Pick<Cluster, 'request'>,
  { service, place, cause }: { service: string; place: WorkloadPlace; cause: unknown },
): Promise<FiredrillError> {
  const expected = await workloadsThere(cluster, place)
  return foreignErrors.error('FD_FOREIGN_INVALID', {
    message: `there is no ${workloadText(place)}`,
    where: `firedrill.yaml services.${service}.kubernetes.workload`,
    expected,
    given: `${place.kind}/${place.name}`,
    next: 'firedrill system check FILE shows what is there',
    cause,
  })
}

/** What a file could name in the place of a workload, in a few words. Never rejects. */
export async function workloadsThere(
  cluster: Pick<Cluster, 'request'>,
  { kind, namespace }: Pick<WorkloadPlace, 'kind' | 'namespace'>,
): Promise<string> {
  const { resource } = workloadKinds[kind]
  const found = await listAll<KubernetesObject>(cluster, {
    path: resourcePath({ api: APPS, namespace, resource }),
  }).catch(() => undefined)
  if (found === undefined) return `a ${kind} that is in the namespace ${namespace}`
  if (found.length === 0) return `a workload; there are no ${resource} in the namespace ${namespace}`
  const names = found.slice(0, MOST_NAMED).map(({ metadata }) => `${kind}/${metadata.name}`)
  const more = found.length - names.length
  return `one of ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const MOST_NAMED = 5
