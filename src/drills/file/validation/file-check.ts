import type { TSchema } from '#typebox'
import { defined } from '../../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import { createSchemaCheck, show } from '../../../base/schema/schema-check.ts'
import { isRegex, REGEX_EXPECTED } from '../../../base/text/linear-regex.ts'
import { didYouMean, nearest, oneOf } from '../../../base/text/near-name.ts'
import { parseRatio } from '../../../base/units/ratio.ts'
import type { YamlSource } from '../../../base/yaml/yaml-source.ts'
import { quantityFormats } from '../../../faults/params.ts'
import { COMPARISON_EXPECTED, parseComparison } from '../../../probes/comparison.ts'
import { parseJsonPath } from '../json-path.ts'

/** Collects the problems of one drill file, each with its place in it. */
export class FileCheck {
  readonly problems: FileProblem[] = []
  readonly #source: YamlSource

  constructor(source: YamlSource) {
    this.#source = source
  }

  report(path: Path, problem: Problem): void {
    this.problems.push({ ...this.#source.positionOf(path), path: formatPath(path), ...problem })
  }

  /** The same for a problem of a key, where the mapping's line would not be enough. */
  reportKey(path: Path, key: string, problem: Problem): void {
    this.problems.push({ ...this.#source.positionOfKey(path, key), path: formatPath([...path, key]), ...problem })
  }

  /** Compares a value with a schema. */
  against(schema: TSchema, value: unknown, path: Path): void {
    this.problems.push(...checkSchema(schema, value, { path, source: this.#source }))
  }

  /** Reports a name that is not in `names`. The schema reports what is not a text, or empty. */
  known(name: unknown, { what, names, path }: { what: string; names: readonly string[]; path: Path }): void {
    if (typeof name !== 'string' || name === '' || names.includes(name)) return
    const next = didYouMean(name, names)
    this.report(path, { message: `unknown ${what} "${name}"`, expected: oneOf(names), ...defined({ next }) })
  }

  /** Finds which of the kinds an entry is, by the key that only that kind has, and compares it with the kind's schema. */
  kind<T extends { schema: TSchema }>(kinds: Readonly<Record<string, T>>, entry: unknown, path: Path): T | undefined {
    const all = Object.keys(kinds)
    const [key, ...others] = isObject(entry) ? Object.keys(entry).filter((name) => all.includes(name)) : []
    const kind = key === undefined || others.length > 0 ? undefined : kinds[key]
    if (kind === undefined) this.#reportNoKind(entry, path, { all, found: key === undefined ? [] : [key, ...others] })
    else this.against(kind.schema, entry, path)
    return kind
  }

  #reportNoKind(entry: unknown, path: Path, { all, found }: { all: string[]; found: string[] }): void {
    const expected = `a mapping with one of the keys ${all.join(', ')}`
    const [first, ...others] = found
    const keys = isObject(entry) ? Object.keys(entry) : []
    const slip = keys.find((key) => nearest(key, all) !== undefined)
    if (!isObject(entry)) this.report(path, { message: 'wrong type', expected, given: show(entry) })
    else if (first !== undefined)
      this.report(path, { message: `is both "${first}" and "${others.join('" and "')}"`, expected })
    else
      this.problems.push({
        ...(slip === undefined ? this.#source.positionOf(path) : this.#source.positionOfKey(path, slip)),
        path: formatPath(path),
        message: 'none of the known kinds',
        expected,
        given: keys.length === 0 ? 'no keys' : `keys ${keys.join(', ')}`,
        ...defined({ next: slip === undefined ? undefined : didYouMean(slip, all) }),
      })
  }
}

export type Problem = Pick<FileProblem, 'message' | 'expected' | 'given' | 'next'>

/** Reports a problem at a path of the file. */
export type Report = (path: Path, problem: Problem) => void

const checkSchema = createSchemaCheck({
  ...quantityFormats,
  comparison: {
    matches: (text) => parseComparison(text) !== undefined,
    expected: COMPARISON_EXPECTED,
  },
  ratio: { matches: (text) => parseRatio(text) !== undefined, expected: 'a share from 0% to 100%: 5%, 0.1%' },
  regex: { matches: isRegex, expected: REGEX_EXPECTED },
  'json-path': {
    matches: (text) => parseJsonPath(text) !== undefined,
    expected: "a path without filters: $.quotes[*].stale, $['odd name'][0]",
  },
})
