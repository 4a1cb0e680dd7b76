import { didYouMean } from '../base/text/near-name.ts'
import type { LintFinding } from './finding.ts'

/** A problem with an expression, at a place in its text. */
export function problem(kind: Problem['kind'], { from, to, text }: Place, message: string): Problem {
  return { kind, part: 'expr', from, to, text, message }
}

/** A near name, or else all names. */
export function suggestion(given: string, known: ReadonlySet<string>): string | undefined {
  const names = [...known].filter((name) => name !== '').sort()
  return didYouMean(given, names) ?? (names.length === 0 ? undefined : `known: ${names.join(', ')}`)
}

/** A finding, before the rule that it belongs to is known. */
export type Problem = Pick<LintFinding, 'kind' | 'part' | 'from' | 'to' | 'text' | 'message' | 'next'>

/** A place in a text. */
export type Place = Pick<LintFinding, 'from' | 'to' | 'text'>
