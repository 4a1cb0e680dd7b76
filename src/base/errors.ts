import { visibleLine } from './text/visible.ts'

/** A stable, documented error code. Each room keeps its own table; `test/errors.test.ts` checks that none is used twice. */
export type ErrorCode = `FD_${string}`

/** What every Firedrill error says: where it happened, what was expected, what was given and what to do next. */
export interface ErrorDetails {
  /** What went wrong, in one sentence without a full stop. */
  message: string
  /** File and line, route, environment variable or part that the error is about. */
  where?: string
  expected?: string
  given?: string
  /** A command or an edit that helps. */
  next?: string
  cause?: unknown
}

/** An error a person can act on. `code` never changes its meaning between versions. */
export class FiredrillError extends Error {
  override readonly name = 'FiredrillError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    // A path that is empty is a place, too: one that can be seen.
    this.details = details.where === '' ? { ...details, where: '""' } : details
  }

  /** Several lines for a terminal: code and message, then only the facts that are known. */
  format(): string {
    const { where, expected, given, next } = this.details
    const lines = [`${this.code} ${where === undefined ? '' : `${short(visibleLine(where))}: `}${this.message}`]
    if (expected !== undefined) lines.push(`  expected: ${expected}`)
    if (given !== undefined) lines.push(`  given:    ${given}`)
    if (next !== undefined) lines.push(`  next:     ${next.replaceAll('\n', '\n            ')}`)
    return lines.join('\n')
  }

  toJSON(): { code: ErrorCode } & Omit<ErrorDetails, 'cause'> {
    const { cause: _, ...rest } = this.details
    return { code: this.code, ...rest }
  }
}

/** How a command ends on an error, if it is not Firedrill's own failure; a name of the table of exit codes. */
export type ErrorExit = 'usage' | 'inconclusive' | 'aborted' | 'unavailable'

/** What a code means; with the status of an HTTP answer and the exit of a command where they are not 500 and `errored`. */
export interface ErrorClass {
  meaning: string
  http?: number
  exit?: ErrorExit
}

/** A room's error codes with what each one is, and a constructor that accepts only these codes. A text alone is a meaning. */
export interface ErrorTable<T extends Record<ErrorCode, string | ErrorClass>> {
  readonly codes: T
  error(code: keyof T & ErrorCode, details: ErrorDetails): FiredrillError
}

export type AnyErrorTable = Pick<ErrorTable<Record<ErrorCode, string | ErrorClass>>, 'codes'>

export function errorTable<T extends Record<ErrorCode, string | ErrorClass>>(codes: T): ErrorTable<T> {
  return { codes, error: (code, details) => new FiredrillError(code, details) }
}

/** What these tables say of a code; `undefined` for a code of none of them. */
export function errorClass(code: ErrorCode, tables: readonly AnyErrorTable[]): ErrorClass | undefined {
  const found = tables.find(({ codes }) => Object.hasOwn(codes, code))?.codes[code]
  return typeof found === 'string' ? { meaning: found } : found
}

/** A place that a message names, in characters: nobody reads a longer one. */
const LONGEST_PLACE = 500

function short(text: string): string {
  return text.length > LONGEST_PLACE ? `${text.slice(0, LONGEST_PLACE)}…` : text
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
