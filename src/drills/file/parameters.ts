import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { show } from '../../base/schema/schema-check.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'

/** The value of a drill's parameter: durations and shares are texts, as in the file. */
export type ParameterValue = string | number | boolean

/** The types a parameter can have: how a text from the command line is read, and what a value of it is. */
const types = {
  integer: { read: readNumber, is: (value: unknown) => Number.isSafeInteger(value), told: 'a whole number' },
  number: { read: readNumber, is: (value: unknown) => Number.isFinite(value), told: 'a number' },
  text: { read: (text: string) => text, is: (value: unknown) => typeof value === 'string', told: 'text' },
  boolean: {
    read: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
    is: (value: unknown) => typeof value === 'boolean',
    told: 'true or false',
  },
  duration: {
    read: (text: string) => text,
    is: (value: unknown) => typeof value === 'string' && parseDuration(value) !== undefined,
    told: 'a duration: 500ms, 2s, 1m30s',
  },
  share: {
    read: (text: string) => text,
    is: (value: unknown) => typeof value === 'string' && parseRatio(value) !== undefined,
    told: 'a share: 5%, 0.1%',
  },
} as const satisfies Record<
  string,
  { read(text: string): ParameterValue | undefined; is(value: unknown): boolean; told: string }
>

export type ParameterType = keyof typeof types
export const parameterTypes = Object.keys(types) as ParameterType[]

export interface Filled {
  source: YamlSource
  problems: FileProblem[]
  values: Record<string, ParameterValue>
}

/** Of a text with values in it, in characters. */
const LONGEST_TEXT = 100_000
const WHOLE = /^\$\{([\w-]+)\}$/
const INSIDE = /\$\{([\w-]+)\}/g

/**
 * Puts the values of a drill's parameters where `${name}` stands. A text that is nothing else becomes the value, with its
 * type; inside other text its digits are put. What the command line gives (`given`, as texts) goes before the default.
 */
export function fillParameters(source: YamlSource, given: Readonly<Record<string, string>>): Filled {
  const problems: FileProblem[] = []
  const values: Record<string, ParameterValue> = {}
  const root = source.value
  if (!isObject(root)) return { source, problems, values }
  const declared = isObject(root.parameters) ? root.parameters : {}
  for (const [name, parameter] of Object.entries(declared)) {
    if (!isObject(parameter)) continue
    const type = types[parameter.type as ParameterType] as (typeof types)[ParameterType] | undefined
    // What is wrong with the declaration itself is the schema's to say.
    if (type === undefined) continue
    const path: Path = ['parameters', name]
    const text = given[name]
    const value = text === undefined ? parameter.default : type.read(text)
    if (value !== undefined && type.is(value)) values[name] = value as ParameterValue
    else if (text !== undefined || parameter.default !== undefined) {
      problems.push({
        ...source.positionOf(text === undefined ? [...path, 'default'] : path),
        path: formatPath(text === undefined ? [...path, 'default'] : path),
        message: text === undefined ? `not of the type "${String(parameter.type)}"` : 'cannot be set to that',
        expected: type.told,
        given: text === undefined ? show(value) : `--set ${name}=${text}`,
      })
      // What stands where it is used is not a second mistake.
      if (isValue(parameter.default)) values[name] = parameter.default
    }
  }
  const names = Object.keys(declared)
  const fill = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => fill(one, [...path, index]))
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, [...path, key])]))
    }
    if (typeof value !== 'string') return value
    for (const [, name = ''] of value.matchAll(INSIDE)) {
      if (Object.hasOwn(declared, name)) continue
      const next = didYouMean(name, names)
      problems.push({
        ...source.positionOf(path),
        path: formatPath(path),
        message: `unknown parameter "${name}"`,
        expected: names.length === 0 ? 'a parameter that the drill declares: it declares none' : oneOf(names),
        ...defined({ next }),
      })
    }
    const [, whole] = WHOLE.exec(value) ?? []
    if (whole !== undefined && values[whole] !== undefined) return values[whole]
    const text = value.replaceAll(INSIDE, (written, name: string) => String(values[name] ?? written))
    if (text.length <= LONGEST_TEXT) return text
    const expected = `at most ${LONGEST_TEXT} characters`
    problems.push({
      ...source.positionOf(path),
      path: formatPath(path),
      message: 'too long when it is filled in',
      expected,
    })
    return value
  }
  const filled = Object.fromEntries(
    Object.entries(root).map(([key, value]) => [key, key === 'parameters' ? value : fill(value, [key])]),
  )
  return { source: { ...source, value: filled }, problems, values }
}

function readNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

function isValue(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
