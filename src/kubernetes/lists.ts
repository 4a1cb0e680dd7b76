import { type ApiRequest, type Cluster, kubernetesErrors } from './cluster.ts'
import type { LabelSelector, ListOf } from './objects.ts'

/** Lists of objects, and how objects are selected by their labels. */

/** How many objects a page has, and how many pages are read: no list of ours has more. */
const PAGE = 500
const MOST_PAGES = 40

/** All objects of a list, page by page. @throws FD_KUBERNETES_ANSWER for a list that is too long, and what a request throws */
export async function listAll<T>(
  cluster: Pick<Cluster, 'request'>,
  { query, ...request }: Pick<ApiRequest, 'path' | 'query' | 'signal' | 'timeoutMs'>,
): Promise<T[]> {
  const items: T[] = []
  let next: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const list: ListOf<T> = await cluster.request<ListOf<T>>({
      ...request,
      query: { ...query, limit: String(PAGE), ...(next === undefined ? {} : { continue: next }) },
    })
    items.push(...list.items)
    next = list.metadata.continue
    if (next === undefined || next === '') return items
  }
  throw kubernetesErrors.error('FD_KUBERNETES_ANSWER', {
    message: `the list has more than ${PAGE * MOST_PAGES} objects`,
    where: request.path,
  })
}

/** A selector in the form of the query `labelSelector`; empty for one that selects everything. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
  })
  return [...equal, ...others].join(',')
}

/** Whether labels are selected. A selector without conditions selects everything, as in Kubernetes. */
export function isSelected(
  labels: Readonly<Record<string, string>>,
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
): boolean {
  if (!Object.entries(matchLabels).every(([key, value]) => labels[key] === value)) return false
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key]
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    const isIn = value !== undefined && values.includes(value)
    return operator === 'In' ? isIn : !isIn
  })
}
