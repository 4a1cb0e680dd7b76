import { isObject } from '../../../base/is-object.ts'
import type { Cluster, ContainerPlace } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { ProbeReport } from './probe-program.ts'

/** What a probe has reported last, in a line of its log that begins so; `undefined` while that is nothing, or cannot be read. */
export async function lastReport(
  cluster: Pick<Cluster, 'request'>,
  { namespace, pod, container }: Required<ContainerPlace>,
  begin: string,
): Promise<ProbeReport | undefined> {
  const path = resourcePath({ namespace, resource: 'pods', name: pod, subresource: 'log' })
  const query = { container, tailLines: '5' }
  // The log of a container that does not run yet is refused.
  const log = await cluster.request<string>({ path, query, answer: 'text' }).catch(() => '')
  const line = log
    .split('\n')
    .slice(0, -1)
    .findLast((one) => one.startsWith(begin))
  return line === undefined ? undefined : readReport(JSON.parse(line.slice(begin.length)))
}

/** A report, if it is one. Pure. */
export function readReport(value: unknown): ProbeReport | undefined {
  if (!isObject(value)) return undefined
  const { connects, why, at } = value
  return {
    connects: connects === true,
    ...(typeof why === 'string' ? { why } : {}),
    ...(typeof at === 'string' ? { at } : {}),
  }
}
