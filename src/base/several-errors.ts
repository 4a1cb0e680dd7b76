import { type ErrorCode, FiredrillError } from './errors.ts'

/** Errors that are reported together: each has a code and a place of its own. */
export class SeveralErrors extends FiredrillError {
  readonly errors: readonly FiredrillError[]

  constructor(code: ErrorCode, errors: readonly FiredrillError[]) {
    super(code, { message: `nothing was run, for ${errors.length} reasons` })
    this.errors = errors
  }

  override format(): string {
    return [super.format(), ...this.errors.map((error) => error.format())].join('\n')
  }

  override toJSON(): ReturnType<FiredrillError['toJSON']> & { errors: ReturnType<FiredrillError['toJSON']>[] } {
    return { ...super.toJSON(), errors: this.errors.map((error) => error.toJSON()) }
  }
}
