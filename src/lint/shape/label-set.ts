import { ANY, accepts, isNever, join, type LabelValues, MISSING, meet } from './label-values.ts'

/** The labels that series can have. A vector has several of these: series of one name can come from several places. */
export interface LabelSet {
  readonly named: ReadonlyMap<string, LabelValues>
  /** The values of all labels that are not named: `MISSING`, or `ANY` where not all of them are known. */
  readonly others: LabelValues
  /** Labels in which there are always several series that agree in all others, as the buckets of a histogram in `le`. */
  readonly several: ReadonlySet<string>
}

export const NAME = '__name__'
/** More alternatives than this are merged into one that allows all that each of them allows. */
const MOST_SETS = 48
const NONE: ReadonlySet<string> = new Set()

export const labelSet = (
  named: Iterable<readonly [string, LabelValues]> = [],
  others = MISSING,
  several = NONE,
): LabelSet => ({ named: new Map(named), others, several })

/** For series of which nothing is known. */
export const UNKNOWN = labelSet([], ANY)
export const EMPTY = labelSet()

export const valuesOf = ({ named, others }: LabelSet, label: string): LabelValues => named.get(label) ?? others

export const mayHave = (set: LabelSet, label: string): boolean => {
  const { only } = valuesOf(set, label)
  return only === undefined || [...only].some((value) => value !== '')
}
export const alwaysHas = (set: LabelSet, label: string): boolean => !accepts(valuesOf(set, label), '')

export function withValues(set: LabelSet, label: string, values: LabelValues): LabelSet {
  return { ...set, named: new Map([...set.named, [label, values]]) }
}

/** Only these labels. */
export function keep(set: LabelSet, labels: readonly string[]): LabelSet {
  return {
    named: new Map(labels.map((label) => [label, valuesOf(set, label)])),
    others: MISSING,
    several: new Set([...set.several].filter((label) => labels.includes(label))),
  }
}

/** All but these labels. */
export function drop(set: LabelSet, labels: readonly string[]): LabelSet {
  return {
    ...set,
    named: new Map([...set.named, ...labels.map((label) => [label, MISSING] as const)]),
    several: new Set([...set.several].filter((label) => !labels.includes(label))),
  }
}

/** The part of a set that also fits these values; `undefined` when nothing does. */
export function narrowed(set: LabelSet, wanted: ReadonlyMap<string, LabelValues>): LabelSet | undefined {
  const named = new Map(set.named)
  for (const [label, values] of wanted) {
    const both = meet(valuesOf(set, label), values)
    if (isNever(both)) return undefined
    named.set(label, both)
  }
  return { ...set, named, several: new Set([...set.several].filter((label) => !wanted.has(label))) }
}

/** Label names of all sets, without the metric's name. */
export function namesIn(...sets: readonly LabelSet[]): Set<string> {
  return new Set(sets.flatMap(({ named }) => [...named.keys()]).filter((label) => label !== NAME))
}

/** Names of the labels that any of the sets may have, for messages. */
export function possibleNames(...sets: readonly LabelSet[]): Set<string> {
  return new Set([...namesIn(...sets)].filter((label) => sets.some((set) => mayHave(set, label))))
}

/** The sets without repetitions, merged when there are too many. */
export function distinct(sets: readonly LabelSet[]): readonly LabelSet[] {
  if (sets.length < 2) return sets
  const byText = new Map(sets.map((set) => [textOf(set), set]))
  if (byText.size <= MOST_SETS) return [...byText.values()]
  const [first = EMPTY, ...rest] = byText.values()
  return [rest.reduce(joined, first)]
}

function joined(a: LabelSet, b: LabelSet): LabelSet {
  const labels = [...new Set([...a.named.keys(), ...b.named.keys()])]
  return {
    named: new Map(labels.map((label) => [label, join(valuesOf(a, label), valuesOf(b, label))])),
    others: join(a.others, b.others),
    several: new Set([...a.several].filter((label) => b.several.has(label))),
  }
}

function textOf({ named, others, several }: LabelSet): string {
  const labels = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, values]) => `${label}=${written(values)}`)
  return [...labels, written(others), ...several].join('\n')
}

/** Shared, since few values occur in many sets. */
const writings = new WeakMap<LabelValues, string>()

function written(values: LabelValues): string {
  const known = writings.get(values)
  if (known !== undefined) return known
  const { only, never, like } = values
  const patterns = like.map(({ source, wanted }) => `${wanted}${source}`)
  const text = JSON.stringify([only && [...only].sort(), [...never].sort(), patterns])
  writings.set(values, text)
  return text
}
