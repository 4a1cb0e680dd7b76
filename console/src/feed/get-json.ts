import { endpoints } from '../../../src/api/contract/endpoints.ts'
import type { AnswerOf } from '../../../src/api/contract.ts'
import type { Problem } from '../../../src/base/http/problem.ts'
import { parseVisible } from '../format/visible.ts'

/** Why there is no answer. `silent`: not even control answers; otherwise it said what is wrong, with a code. */
export interface Failure {
  silent: boolean
  /** Stable code of the problem document, if there was one. */
  code?: string
  detail: string
  /** A command that helps, from the problem document. */
  next?: string
  /** Epoch milliseconds. */
  atMs: number
}

/** Routes that the console reads. */
type Readable = 'stack' | 'situation' | 'quotes' | 'quotesHistory'

/** The answer of a route of the control API, within `timeoutMs`. Throws an AbortError when aborted, a Failure otherwise. */
export async function getJson<Name extends Readable>(
  name: Name,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<AnswerOf<Name>> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  let response: Response
  let text: string
  try {
    response = await fetch(endpoints[name].path, { signal, cache: 'no-store' })
    text = await response.text()
  } catch {
    options.signal.throwIfAborted()
    throw { silent: true, detail: 'no answer', atMs: Date.now() } satisfies Failure
  }
  if (!response.ok) throw failureOf(response.status, text)
  return parseVisible(text) as AnswerOf<Name>
}

function failureOf(status: number, text: string): Failure {
  try {
    const { code, detail, next } = parseVisible(text) as Problem
    return { silent: false, code, detail, ...(next === undefined ? {} : { next }), atMs: Date.now() }
  } catch {
    return { silent: false, detail: `the answer was ${status}`, atMs: Date.now() }
  }
}
