import type { TSchema } from '#typebox'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { type Matcher, makeMatcher } from '../matcher.ts'
import { parseMatchers } from './matcher-text.ts'
import { type Mapping, mappingOf, textOf, textsOf } from './plain-value.ts'
import { checkForm } from './routing-schema.ts'

/** Collects what is wrong with a configuration while it is read. */
export class ConfigCheck {
  readonly problems: FileProblem[] = []
  readonly source: YamlSource

  constructor(source: YamlSource) {
    this.source = source
  }

  /** Whether a value has that form. */
  fits(schema: TSchema, value: unknown, path: Path): boolean {
    const found = checkForm(schema, value, { path, source: this.source })
    this.problems.push(...found)
    return found.length === 0
  }

  report(path: Path, problem: Pick<FileProblem, 'message'> & Partial<FileProblem>): void {
    this.problems.push({ ...this.source.positionOf(path), path: formatPath(path), ...problem })
  }

  /** The matchers of `match`, `match_re` and `matchers`, or of those keys with something before them: `source_match`. */
  matchers(of: Mapping, path: Path, before = ''): Matcher[] {
    const matchers: Matcher[] = []
    for (const [key, operator] of [['match', '='] as const, ['match_re', '=~'] as const]) {
      for (const [name, value] of Object.entries(mappingOf(of[before + key]))) {
        const matcher = makeMatcher(name, operator, textOf(value))
        if (matcher !== undefined) matchers.push(matcher)
        else this.report([...path, before + key, name], { ...NO_REGEX, given: textOf(value) })
      }
    }
    for (const [index, text] of textsOf(of[`${before}matchers`]).entries()) {
      const read = parseMatchers(text)
      if ('matchers' in read) matchers.push(...read.matchers)
      else this.report([...path, `${before}matchers`, index], { message: read.problem, expected: MATCHER_EXPECTED })
    }
    return matchers
  }
}

const NO_REGEX = { message: 'not a regular expression', expected: 'one in the syntax of RE2' }
const MATCHER_EXPECTED = 'a label, one of = != =~ !~, and a value: team="shop"'
