import { isSelected } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, LabelSelector } from '../../../kubernetes/objects.ts'

/**
 * Why an object is not selected, as prometheus-operator selects: `undefined` when it is, or when that is not known. Without a selector
 * of objects none is selected, without one of namespaces only those of the own namespace; an empty one selects all.
 */
export function whyNotSelected(object: KubernetesObject, selecting: Selecting): NotSelected | undefined {
  const { metadata } = object
  const { own, objects, namespaces, labelsOfNamespaces } = selecting
  const labels = labelsOfNamespaces.get(metadata.namespace ?? '')
  if (isAbsent(namespaces)) {
    if (metadata.namespace !== own.metadata.namespace)
      return { kind: 'namespace', wanted: `is read only in its own namespace, ${own.metadata.namespace}` }
  } else if (labels === undefined) {
    // Without the labels of the namespace only a selector of everything is certain.
    if (!isEmpty(namespaces)) return undefined
  } else if (!isSelected(labels, namespaces)) {
    return { kind: 'namespace', ...missing(labels, namespaces, `the namespace ${metadata.namespace}`) }
  }
  if (isAbsent(objects)) return { kind: 'object', wanted: 'has no selector for them, and so selects none' }
  return isSelected(metadata.labels ?? {}, objects)
    ? undefined
    : { kind: 'object', ...missing(metadata.labels ?? {}, objects, 'it') }
}

export interface Selecting {
  /** The resource that selects. */
  own: KubernetesObject
  objects: LabelSelector | null | undefined
  namespaces: LabelSelector | null | undefined
  labelsOfNamespaces: ReadonlyMap<string, Readonly<Record<string, string>>>
}

export interface NotSelected {
  /** What is not selected: the object, or its whole namespace. */
  kind: 'object' | 'namespace'
  /** What the selecting resource wants, for people: "wants the label release=kps". */
  wanted: string
  /** Labels that would be enough, where labels can be. */
  labels?: Readonly<Record<string, string>>
}

const isAbsent = (selector: LabelSelector | null | undefined): selector is null | undefined =>
  selector === null || selector === undefined

const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0

/** What of a selector labels do not meet. */
function missing(
  labels: Readonly<Record<string, string>>,
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  what: string,
): Omit<NotSelected, 'kind'> {
  const wanted: Record<string, string> = {}
  const texts: string[] = []
  for (const [key, value] of Object.entries(matchLabels)) {
    if (labels[key] === value) continue
    wanted[key] = value
    texts.push(`the label ${key}=${value}`)
  }
  let canBeGiven = true
  for (const expression of matchExpressions) {
    const { key, operator, values = [] } = expression
    if (isSelected(labels, { matchExpressions: [expression] })) continue
    if (operator === 'In') texts.push(`the label ${key} as one of ${values.join(', ')}`)
    else if (operator === 'Exists') texts.push(`a label ${key}`)
    else texts.push(`no label ${key}${operator === 'NotIn' ? ` as one of ${values.join(', ')}` : ''}`)
    if (operator === 'In' && values[0] !== undefined) wanted[key] = values[0]
    else canBeGiven = false
  }
  const text = `wants ${what === 'it' ? '' : `of ${what} `}${texts.join(' and ')}`
  return { wanted: text, ...(canBeGiven ? { labels: wanted } : {}) }
}
