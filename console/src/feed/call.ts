import { type EndpointName, endpoints } from '../../../src/api/contract/endpoints.ts'
import { pathOf } from '../../../src/api/contract/path-of.ts'
import type { AnswerOf, BodyOf, ParamsOf, QueryOf } from '../../../src/api/contract.ts'
import type { Problem } from '../../../src/base/http/problem.ts'
import { parseVisible } from '../format/visible.ts'
import { sessionKey } from './session-key.ts'

/** Calls a route of the control API. Throws an AbortError when `signal` is aborted, a Failure otherwise. */
export async function call<Name extends EndpointName>(
  name: Name,
  input: CallInput<Name>,
  { timeoutMs = 60_000, signal }: CallOptions = {},
): Promise<AnswerOf<Name>> {
  const { method, access } = endpoints[name]
  const { body, ...place } = input as { body?: unknown }
  const key = access === 'anyone' ? undefined : sessionKey()
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]
  let response: Response
  let text: string
  try {
    response = await fetch(pathOf(name, place), {
      method,
      cache: 'no-store',
      signal: AbortSignal.any(limits),
      headers: {
        ...(key === undefined ? {} : { 'x-firedrill-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    text = await response.text()
  } catch {
    signal?.throwIfAborted()
    throw { silent: true, detail: 'no answer', atMs: Date.now() } satisfies Failure
  }
  if (!response.ok) throw failureOf(response.status, text)
  return parseVisible(text) as AnswerOf<Name>
}

/** Why there is no answer. `silent`: not even control answers; otherwise it said what is wrong, with a code. */
export interface Failure {
  silent: boolean
  /** Stable code of the problem document, if there was one. */
  code?: string
  detail: string
  /** What was expected, from the problem document. */
  expected?: string
  /** A command that helps, from the problem document. */
  next?: string
  /** Epoch milliseconds. */
  atMs: number
}

export interface CallOptions {
  /** Default: a minute, for a restart waits for health. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** What a route takes: its parameters, query and body, where it has them. Fields of a query that have a default may be left out. */
export type CallInput<Name extends EndpointName> = Given<'params', ParamsOf<Name>> &
  Given<'body', BodyOf<Name>> &
  (QueryOf<Name> extends undefined ? unknown : { query?: Partial<QueryOf<Name>> })
type Given<Key extends string, Value> = Value extends undefined ? unknown : { [K in Key]: Value }

function failureOf(status: number, text: string): Failure {
  try {
    const { code, detail, expected, next } = parseVisible(text) as Problem
    return {
      silent: false,
      code,
      detail,
      ...(expected === undefined ? {} : { expected }),
      ...(next === undefined ? {} : { next }),
      atMs: Date.now(),
    }
  } catch {
    return { silent: false, detail: `the answer was ${status}`, atMs: Date.now() }
  }
}
