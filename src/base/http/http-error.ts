import type { FiredrillError } from '../errors.ts'

/** A FiredrillError that a route throws to answer with `status` and, if wanted, headers. */
export class HttpError extends Error {
  readonly status: number
  readonly problem: FiredrillError
  readonly headers: Record<string, string>

  constructor(status: number, problem: FiredrillError, headers: Record<string, string> = {}) {
    super(problem.message, { cause: problem })
    this.status = status
    this.problem = problem
    this.headers = headers
  }
}
