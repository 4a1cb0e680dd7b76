import { isObject } from '../../../base/is-object.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { COUNTS_LINE, type PodProxyCounts } from '../../../proxy/pod/pod-proxy-plan.ts'
import { PROXY_CONTAINER } from './proxy-objects.ts'

/** What the proxy in a pod has reported last in its log; `undefined` while that is nothing, or cannot be read. */
export async function countsOf(
  cluster: Pick<Cluster, 'request'>,
  { namespace, name }: { namespace: string; name: string },
): Promise<PodProxyCounts | undefined> {
  const path = resourcePath({ namespace, resource: 'pods', name, subresource: 'log' })
  const query = { container: PROXY_CONTAINER, tailLines: '5' }
  // The log of a container that does not run yet is refused.
  const log = await cluster.request<string>({ path, query, answer: 'text' }).catch(() => '')
  // Only a line that is complete.
  const line = log
    .split('\n')
    .slice(0, -1)
    .findLast((one) => one.startsWith(COUNTS_LINE))
  return line === undefined ? undefined : read(line.slice(COUNTS_LINE.length))
}

function read(text: string): PodProxyCounts | undefined {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) return undefined
  const { isReady, why, accepted, connections, bytes } = value
  return {
    isReady: isReady === true,
    ...(typeof why === 'string' ? { why } : {}),
    accepted: Number(accepted),
    connections: Number(connections),
    bytes: Number(bytes),
  }
}
