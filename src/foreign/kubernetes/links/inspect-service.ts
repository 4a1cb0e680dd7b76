import { messageOf } from '../../../base/errors.ts'
import { isNotFound } from '../../../kubernetes/cluster.ts'
import type { Endpoints, Service } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { ServiceLink } from '../../file/foreign-system.ts'
import type { SystemFinding } from '../../system-finding.ts'
import type { Clusters } from '../clusters.ts'
import { objectPath, objectText } from '../undo/changed-object.ts'
import { whyNotBefore } from './check-service.ts'

/** What `firedrill system check` reports of a link that is a Service: whether the fault proxy could come before it. Changes nothing. */
export async function inspectService(
  { name, cluster: place, namespace, service }: ServiceLink,
  clusters: Clusters,
): Promise<SystemFinding> {
  const object = { namespace, kind: 'service', name: service } as const
  const text = objectText(object)
  const finding = (status: SystemFinding['status'], detail: string, help: string[] = []) => ({
    name,
    status,
    detail,
    help,
  })
  try {
    const cluster = clusters.of(place)
    const found = await cluster.request<Service>({ path: objectPath(object) })
    const why = whyNotBefore(found)
    if (why !== undefined) return finding('bad', `${text} ${why.message}`, why.next === undefined ? [] : [why.next])
    const path = resourcePath({ namespace, resource: 'endpoints', name: service })
    const { subsets = [] } = await cluster.request<Endpoints>({ path })
    const pods = subsets.reduce((sum, { addresses = [] }) => sum + addresses.length, 0)
    if (pods === 0) return finding('bad', `${text} sends to no pod at the moment`)
    const ports = (found.spec.ports ?? []).map(({ port }) => port).join(', ')
    return finding('ok', `${text}, port ${ports}, ${pods === 1 ? '1 pod' : `${pods} pods`}`)
  } catch (error) {
    return finding('bad', isNotFound(error) ? `there is no ${text}` : `${text}: ${messageOf(error)}`)
  }
}
