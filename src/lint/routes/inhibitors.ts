import { inhibits } from '../../routing/inhibition.ts'
import { narrowed, type PossibleLabels } from '../../routing/possible-labels.ts'
import type { Inhibition, Routing } from '../../routing/routing.ts'

/** A rule's name, and the label sets of its alerts. */
export interface NamedSets {
  name: string
  sets: readonly PossibleLabels[]
}

/** A function that names the alerts that hold back those with these label sets, while they fire */
export function inhibitorsAmong(
  rules: readonly NamedSets[],
  { inhibitions }: Pick<Routing, 'inhibitions'>,
): (target: NamedSets) => string[] {
  const sources = new Map(inhibitions.map((rule) => [rule, sourcesOf(rule, rules)]))
  return (target) => {
    const names = inhibitions
      .filter((rule) => target.sets.some((set) => narrowed(set, rule.target).answer !== 'no'))
      .flatMap((rule) => (sources.get(rule) ?? []).filter((source) => mayHoldBack(rule, source, target)))
    return [...new Set(names.map(({ name }) => name))].filter((name) => name !== target.name)
  }
}

function sourcesOf(rule: Inhibition, rules: readonly NamedSets[]): NamedSets[] {
  return rules.filter(({ sets }) => sets.some((set) => narrowed(set, rule.source).answer !== 'no'))
}

function mayHoldBack(rule: Inhibition, source: NamedSets, target: NamedSets): boolean {
  return source.sets.some((from) => target.sets.some((to) => inhibits(rule, from, to) !== 'no'))
}
