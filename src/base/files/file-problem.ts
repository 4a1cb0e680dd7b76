import { type ErrorCode, FiredrillError } from '../errors.ts'
import { visibleLine } from '../text/visible.ts'

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

/** A place in a file: `steadyState[0].http`. */
export type Path = readonly (string | number)[]

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
    return [super.format(), ...this.listed()].join('\n')
  }

  /** The problems as lines for people. */
  listed(): string[] {
    const lines: string[] = []
    for (const { line, column, path, message, expected, given, next } of this.problems.slice(0, MOST_LISTED)) {
      lines.push(`${visibleLine(this.file)}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`)
      if (expected !== undefined) lines.push(`  expected: ${expected}`)
      if (given !== undefined) lines.push(`  given:    ${given}`)
      if (next !== undefined) lines.push(`  next:     ${next}`)
    }
    const more = this.problems.length - MOST_LISTED
    if (more > 0) lines.push(`… and ${more} more`)
    return lines
  }

  override toJSON(): ReturnType<FiredrillError['toJSON']> & { problems: readonly FileProblem[] } {
    return { ...super.toJSON(), problems: this.problems.slice(0, MOST_LISTED) }
  }
}

/** Every problem of several files at once. */
export class InvalidFilesError extends FiredrillError {
  readonly errors: readonly InvalidFileError[]

  constructor(code: ErrorCode, errors: readonly InvalidFileError[]) {
    const count = errors.reduce((sum, { problems }) => sum + problems.length, 0)
    super(code, { message: `${count} problems in ${errors.length} files` })
    this.errors = errors
  }

  override format(): string {
    return [super.format(), ...this.errors.flatMap((error) => error.listed())].join('\n')
  }

  override toJSON(): ReturnType<FiredrillError['toJSON']> & { problems: readonly (FileProblem & { file: string })[] } {
    const problems = this.errors.flatMap(({ file, problems: own }) => own.map((problem) => ({ file, ...problem })))
    return { ...super.toJSON(), problems: problems.slice(0, MOST_LISTED) }
  }
}

/** One error of all that are wrong; nothing when none is. */
export function throwTogether(code: ErrorCode, errors: readonly InvalidFileError[]): void {
  const [first, second] = errors
  if (first === undefined) return
  throw second === undefined ? first : new InvalidFilesError(code, errors)
}

/** Problems that one error lists; it counts them all. */
const MOST_LISTED = 100

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? key : `${text}.${key}`
  }, '')
}
