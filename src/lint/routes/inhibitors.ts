import { inhibits } from '../../routing/inhibition.ts'
import { matchersText } from '../../routing/matcher.ts'
import { narrowed, type PossibleLabels } from '../../routing/possible-labels.ts'
import type { Inhibition, Routing } from '../../routing/routing.ts'

/** A rule's name, and the label sets of its alerts. */
export interface NamedSets {
  name: string
  sets: readonly PossibleLabels[]
}

/**
 * A function that names the alerts that hold back those with these label sets, while they fire; where a rule lets many do that, its
 * matchers stand for them.
 */
export function inhibitorsAmong(
  rules: readonly NamedSets[],
  { inhibitions }: Pick<Routing, 'inhibitions'>,
): (target: NamedSets) => string[] {
  const sources = new Map(inhibitions.map((rule) => [rule, sourcesOf(rule, rules)]))
  return (target) => {
    const names = inhibitions
      .filter((rule) => target.sets.some((set) => narrowed(set, rule.target).answer !== 'no'))
      .flatMap((rule) => namesOf(rule, sources.get(rule) ?? [], target))
    return [...new Set(names)]
  }
}

/** Names that are listed of one rule. */
const MOST_NAMED = 5

function namesOf(rule: Inhibition, sources: readonly NamedSets[], target: NamedSets): string[] {
  const names = new Set<string>()
  for (const source of sources) {
    if (source.name === target.name || names.has(source.name) || !mayHoldBack(rule, source, target)) continue
    names.add(source.name)
    if (names.size > MOST_NAMED) return [`{${matchersText(rule.source)}}`]
  }
  return [...names]
}

function sourcesOf(rule: Inhibition, rules: readonly NamedSets[]): NamedSets[] {
  return rules.filter(({ sets }) => sets.some((set) => narrowed(set, rule.source).answer !== 'no'))
}

function mayHoldBack(rule: Inhibition, source: NamedSets, target: NamedSets): boolean {
  return source.sets.some((from) => target.sets.some((to) => inhibits(rule, from, to) !== 'no'))
}
