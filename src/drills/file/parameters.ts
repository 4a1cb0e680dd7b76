import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { show } from '../../base/schema/schema-check.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'

/**
 * Puts the values of a drill's parameters where `${name}` stands. A text that is nothing else becomes the value, with its
 * type; inside other text its digits are put. What the command line gives (`given`, as texts) replaces the default.
 */
export function fillParameters(source: YamlSource, given: Readonly<Record<string, string>>): Filled {
  const root = source.value
  if (!isObject(root)) return { source, problems: [], values: {} }
  const declared = isObject(root.parameters) ? root.parameters : {}
  const { values, problems } = readValues(declared, given, source)
  const fill = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]))
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, [...path, key])]))
    }
    if (typeof value !== 'string') return value
    const filled = fillText(value, { declared: Object.keys(declared), values })
    problems.push(...filled.problems.map((problem) => ({ ...placeOf(source, path), ...problem })))
    return filled.value
  }
  const filled = Object.fromEntries(
    Object.entries(root).map(([key, value]) => [key, key === 'parameters' ? value : fill(value, [key])]),
  )
  return { source: { ...source, value: filled }, problems, values }
}

export interface Filled {
  source: YamlSource
  problems: FileProblem[]
  values: Record<string, ParameterValue>
}

/** The value of every parameter that is declared, given or by default, and what is wrong with them. */
function readValues(
  declared: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
  source: YamlSource,
): Pick<Filled, 'values' | 'problems'> {
  const problems: FileProblem[] = []
  const values: Record<string, ParameterValue> = {}
  for (const [name, parameter] of Object.entries(declared)) {
    if (!isObject(parameter)) continue
    const type = types[parameter.type as ParameterType] as (typeof types)[ParameterType] | undefined
    // The schema reports what is wrong with the declaration itself.
    if (type === undefined) continue
    const path: Path = ['parameters', name]
    const text = given[name]
    const value = text === undefined ? parameter.default : type.read(text)
    if (value !== undefined && type.is(value)) values[name] = value as ParameterValue
    else if (text !== undefined || parameter.default !== undefined) {
      problems.push({
        ...placeOf(source, text === undefined ? [...path, 'default'] : path),
        message: text === undefined ? `not of the type "${String(parameter.type)}"` : 'cannot be set to that',
        expected: type.expected,
        given: text === undefined ? show(value) : `--set ${name}=${text}`,
      })
      // The places where it is used are not a second mistake.
      if (isValue(parameter.default)) values[name] = parameter.default
    }
  }
  return { values, problems }
}

/** Of a text with values in it, in characters. */
const LONGEST_TEXT = 100_000
const WHOLE = /^\$\{([\w-]+)\}$/
const INSIDE = /\$\{([\w-]+)\}/g

type TextProblem = Pick<FileProblem, 'message' | 'expected' | 'next'>

/** One text with its placeholders filled in. */
function fillText(
  text: string,
  { declared, values }: { declared: readonly string[]; values: Readonly<Record<string, ParameterValue>> },
): { value: ParameterValue; problems: TextProblem[] } {
  const problems: TextProblem[] = [...text.matchAll(INSIDE)]
    .filter(([, name = '']) => !declared.includes(name))
    .map(([, name = '']) => ({
      message: `unknown parameter "${name}"`,
      expected: declared.length === 0 ? 'a parameter that the drill declares: it declares none' : oneOf(declared),
      ...defined({ next: didYouMean(name, declared) }),
    }))
  const [, whole] = WHOLE.exec(text) ?? []
  if (whole !== undefined && values[whole] !== undefined) return { value: values[whole], problems }
  const value = text.replaceAll(INSIDE, (written, name: string) => String(values[name] ?? written))
  if (value.length <= LONGEST_TEXT) return { value, problems }
  const expected = `at most ${LONGEST_TEXT} characters`
  return { value: text, problems: [...problems, { message: 'too long when it is filled in', expected }] }
}

function placeOf(source: YamlSource, path: Path): Pick<FileProblem, 'line' | 'column' | 'path'> {
  return { ...source.positionOf(path), path: formatPath(path) }
}

/** The value of a drill's parameter: durations and shares are texts, as in the file. */
export type ParameterValue = string | number | boolean

/** The types that a parameter can have: how a text from the command line is read, and whether a value is of the type. */
const types = {
  integer: { read: readNumber, is: (value: unknown) => Number.isSafeInteger(value), expected: 'a whole number' },
  number: { read: readNumber, is: (value: unknown) => Number.isFinite(value), expected: 'a number' },
  text: { read: (text: string) => text, is: (value: unknown) => typeof value === 'string', expected: 'text' },
  boolean: {
    read: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
    is: (value: unknown) => typeof value === 'boolean',
    expected: 'true or false',
  },
  duration: {
    read: (text: string) => text,
    is: (value: unknown) => typeof value === 'string' && parseDuration(value) !== undefined,
    expected: 'a duration: 500ms, 2s, 1m30s',
  },
  share: {
    read: (text: string) => text,
    is: (value: unknown) => typeof value === 'string' && parseRatio(value) !== undefined,
    expected: 'a share: 5%, 0.1%',
  },
} as const satisfies Record<
  string,
  { read(text: string): ParameterValue | undefined; is(value: unknown): boolean; expected: string }
>

export type ParameterType = keyof typeof types
export const parameterTypes = Object.keys(types) as ParameterType[]

function readNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

function isValue(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
