import { inverseOf, type Matcher } from './matcher.ts'

/** What is known of the labels of an alert that may come. */
export interface PossibleLabels {
  readonly named: ReadonlyMap<string, PossibleValues>
  /** Labels that are not named: there are no others, or nothing is known of them. */
  readonly others: PossibleValues
}

/** What is known of the value of one label; a label that is missing has the value ''. */
export interface PossibleValues {
  /** Every value that it can have; missing where they cannot be listed. */
  readonly only?: readonly string[]
  /** Where they cannot be listed: it has some value. */
  readonly present?: true
  /** Where they cannot be listed: matchers that every value fits. */
  readonly fits?: readonly Matcher[]
}

export const ANY_VALUE: PossibleValues = {}
export const NO_VALUE: PossibleValues = { only: [''] }

/** The labels of an alert that is there. */
export function exactLabels(labels: Readonly<Record<string, string>>): PossibleLabels {
  return { named: new Map(Object.entries(labels).map(([name, value]) => [name, { only: [value] }])), others: NO_VALUE }
}

/** Labels that are known, of an alert that may have others as well. */
export function atLeast(labels: Readonly<Record<string, string>>): PossibleLabels {
  return { ...exactLabels(labels), others: ANY_VALUE }
}

export const valuesOf = ({ named, others }: PossibleLabels, name: string): PossibleValues => named.get(name) ?? others

/** Whether all, some or none of the alerts with such labels fit. */
export type Answer = 'yes' | 'maybe' | 'no'

/** Whether they fit all matchers, and the labels of those that do. */
export function narrowed(
  labels: PossibleLabels,
  matchers: readonly Matcher[],
): { answer: Answer; labels: PossibleLabels } {
  const open: Matcher[] = []
  for (const matcher of matchers) {
    const answer = answerOf(matcher, valuesOf(labels, matcher.name))
    if (answer === 'no') return { answer: 'no', labels }
    if (answer === 'maybe') open.push(matcher)
  }
  if (open.length === 0) return { answer: 'yes', labels }
  let inner = labels
  for (const matcher of open) {
    // What an earlier matcher has narrowed may not fit this one.
    const values = fitting(valuesOf(inner, matcher.name), matcher)
    if (values.only?.length === 0) return { answer: 'no', labels }
    inner = withValues(inner, matcher.name, values)
  }
  return { answer: 'maybe', labels: inner }
}

/** The labels of those that do not fit all matchers, as far as that narrows them. */
export function without(labels: PossibleLabels, matchers: readonly Matcher[]): PossibleLabels {
  const open = matchers.filter((matcher) => answerOf(matcher, valuesOf(labels, matcher.name)) === 'maybe')
  const [only, second] = open
  // Of two that are open, it is not known which one does not fit.
  if (only === undefined || second !== undefined) return labels
  return withValues(labels, only.name, fitting(valuesOf(labels, only.name), inverseOf(only)))
}

export function withValues(labels: PossibleLabels, name: string, values: PossibleValues): PossibleLabels {
  return { ...labels, named: new Map([...labels.named, [name, values]]) }
}

function answerOf(matcher: Matcher, { only, present, fits = [] }: PossibleValues): Answer {
  if (only !== undefined) {
    const passing = only.filter((value) => matcher.test(value)).length
    return passing === only.length ? 'yes' : passing === 0 ? 'no' : 'maybe'
  }
  if (fits.some((one) => isSame(one, matcher))) return 'yes'
  if (fits.some((one) => isSame(one, inverseOf(matcher)))) return 'no'
  const { operator, value } = matcher
  // Of all other values nothing is known.
  if (value === '.*') return operator === '=~' ? 'yes' : operator === '!~' ? 'no' : 'maybe'
  if (present === undefined) return 'maybe'
  if (value === '') return operator.startsWith('!') ? 'yes' : 'no'
  return value === '.+' && operator.endsWith('~') ? (operator === '=~' ? 'yes' : 'no') : 'maybe'
}

function fitting(values: PossibleValues, matcher: Matcher): PossibleValues {
  const listed = values.only ?? matcher.only
  if (listed !== undefined) return { only: listed.filter((value) => matcher.test(value) && isPossible(value, values)) }
  const fits = [...(values.fits ?? []), matcher]
  return values.present === true || !matcher.test('') ? { present: true, fits } : { fits }
}

function isPossible(value: string, { only, present, fits = [] }: PossibleValues): boolean {
  if (only !== undefined) return only.includes(value)
  return !(present === true && value === '') && fits.every((matcher) => matcher.test(value))
}

const isSame = (a: Matcher, b: Matcher): boolean => a.operator === b.operator && a.value === b.value

/** Whether no alert can have such labels. */
export function isNever({ named }: PossibleLabels): boolean {
  for (const { only } of named.values()) if (only?.length === 0) return true
  return false
}

/** The label sets with these labels only, each once: series of many instances differ in what no route asks for. */
export function distinctIn(sets: readonly PossibleLabels[], names: ReadonlySet<string>): PossibleLabels[] {
  const distinct = new Map<string, PossibleLabels>()
  for (const set of sets) {
    const named = new Map([...names].map((name) => [name, valuesOf(set, name)]))
    const key = JSON.stringify(
      [...named].map(([name, { only, present, fits }]) => [name, only, present, fits?.map(textOf)]),
    )
    if (!distinct.has(key)) distinct.set(key, { named, others: set.others })
  }
  return [...distinct.values()]
}

const textOf = ({ operator, value }: Matcher): string => `${operator}${value}`
