import { type ErrorCode, FiredrillError } from './errors.ts'
import { visibleLine } from './visible.ts'

export { didYouMean, nearest, oneOf } from './near-name.ts'

/** A place in a file: `steadyState[0].http`. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a file that a person wrote. */
export interface FileProblem {
  /** Counted from 1. */
  line: number
  column: number
  /** Path in the file; empty for the file as a whole. */
  path: string
  message: string
  expected?: string
  given?: string
  /** What to do, most often a near name: `did you mean kill?` */
  next?: string
}

/** Every problem of a file at once, under the code of its kind of file. */
export class InvalidFileError extends FiredrillError {
  readonly file: string
  readonly problems: readonly FileProblem[]

  constructor(code: ErrorCode, file: string, problems: readonly FileProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    super(code, { message: count, where: file })
    this.file = file
    this.problems = [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
  }

  override format(): string {
    const lines = [super.format()]
    for (const { line, column, path, message, expected, given, next } of this.problems.slice(0, MOST_LISTED)) {
      lines.push(`${visibleLine(this.file)}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`)
      if (expected !== undefined) lines.push(`  expected: ${expected}`)
      if (given !== undefined) lines.push(`  given:    ${given}`)
      if (next !== undefined) lines.push(`  next:     ${next}`)
    }
    const more = this.problems.length - MOST_LISTED
    if (more > 0) lines.push(`… and ${more} more`)
    return lines.join('\n')
  }

  override toJSON(): ReturnType<FiredrillError['toJSON']> & { problems: readonly FileProblem[] } {
    return { ...super.toJSON(), problems: this.problems.slice(0, MOST_LISTED) }
  }
}

/** Problems that one error lists; it counts them all. */
const MOST_LISTED = 100

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? key : `${text}.${key}`
  }, '')
}
