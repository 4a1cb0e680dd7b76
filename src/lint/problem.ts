import { didYouMean } from '../base/text/near-name.ts'
import type { LintFinding } from './finding.ts'

/** A finding, before it is known whose. */
export type Problem = Pick<LintFinding, 'kind' | 'part' | 'from' | 'to' | 'text' | 'message' | 'next'>

/** A place in a text. */
export type Place = Pick<LintFinding, 'from' | 'to' | 'text'>

export function problem(kind: Problem['kind'], { from, to, text }: Place, message: string, next?: string): Problem {
  return { kind, part: 'expr', from, to, text, message, ...(next !== undefined && { next }) }
}

/** A near name, or else all names. */
export function suggestion(given: string, known: ReadonlySet<string>): string | undefined {
  const names = [...known].filter((name) => name !== '').sort()
  return didYouMean(given, names) ?? (names.length === 0 ? undefined : `known: ${names.join(', ')}`)
}
