import { defined } from '../defined.ts'
import { type ErrorCode, FiredrillError } from '../errors.ts'

/** RFC 9457 problem document, sent as application/problem+json with every 4xx and 5xx. */
export interface Problem {
  type: string
  title: string
  status: number
  /** Stable code, documented in docs/reference/errors.md. */
  code: ErrorCode
  detail: string
  expected?: string
  given?: string
  next?: string
  /** All problems of an invalid request, each with its JSON pointer. */
  errors?: { pointer: string; message: string }[]
}

/** The error that a problem document describes; `undefined` for a text that is no such document. `where` is who sent it. */
export function errorOf(text: string, where: string): FiredrillError | undefined {
  let problem: Partial<Problem> | null
  try {
    problem = JSON.parse(text) as Partial<Problem> | null
  } catch {
    return undefined
  }
  const { code, detail, expected, given, next } = problem ?? {}
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined
  return new FiredrillError(code, { message: detail, where, ...defined({ expected, given, next }) })
}
