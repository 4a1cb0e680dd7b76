import type { Panel } from './panel.ts'

/** A dashboard: its rows of panels, and what can be chosen. */
export interface DashboardSpec {
  /** Never changes: links and bookmarks hold it. */
  uid: `firedrill-${string}`
  title: string
  description: string
  tags: readonly string[]
  /** The series whose labels can be chosen from. Without it there is nothing to choose. */
  choices?: Choices
  /** Title → panels, from top to bottom. */
  rows: Readonly<Record<string, readonly Panel[]>>
}

export interface Choices {
  series: string
  labels: readonly Choice[]
  /** The label that names the service, where it is not `service`. */
  serviceLabel?: string
}

export const choiceNames = ['service', 'instance', 'route'] as const

export type Choice = (typeof choiceNames)[number]

/** A choice of one dashboard: the label, and the series whose values of it can be chosen, narrowed to the chosen services. */
export interface ChoiceQuery {
  name: Choice
  label: string
  series: string
}

export function choiceQueries({ choices }: Pick<DashboardSpec, 'choices'>): ChoiceQuery[] {
  if (choices === undefined) return []
  const { series, labels, serviceLabel = 'service' } = choices
  return labels.map((name) => ({
    name,
    label: name === 'service' ? serviceLabel : name,
    series: name !== 'service' && labels.includes('service') ? `${series}{service=~"$service"}` : series,
  }))
}
