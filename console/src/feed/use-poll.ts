import { useCallback, useEffect, useRef, useState } from 'react'
import { type EndpointName, endpoints } from '../../../src/api/contract/endpoints.ts'
import { type PathInput, pathOf } from '../../../src/api/contract/path-of.ts'
import type { AnswerOf } from '../../../src/api/contract.ts'
import { type CallInput, call, type Failure } from './call.ts'

/**
 * The answer of a route, polled for as long as the component is mounted and the tab is visible. A change of the input is polled at once;
 * the last answer to the same input stays when control goes away. `undefined` as input: nothing is polled.
 */
export function usePoll<Name extends EndpointName>(
  name: Name,
  input: CallInput<Name> | undefined,
  { everyMs, timeoutMs = 10_000, keepsOld = false, continues }: PollOptions<Name>,
): Polled<AnswerOf<Name>> {
  const path = input === undefined ? undefined : pathOf(name, input as PathInput)
  const [state, setState] = useState<State<AnswerOf<Name>>>({ path })
  const latest = useRef(input)
  latest.current = input
  const continuing = useRef(continues)
  continuing.current = continues
  const askNow = useRef<() => void>(() => undefined)
  useEffect(() => {
    if (path === undefined) return undefined
    const controller = new AbortController()
    let timer: number | undefined
    let isAsking = false
    let last: AnswerOf<Name> | undefined
    const ask = async () => {
      window.clearTimeout(timer)
      if (isAsking) return
      isAsking = true
      if (!document.hidden) {
        try {
          const given = latest.current as CallInput<Name>
          const before = last
          const asked = before === undefined ? given : (continuing.current?.input(given, before) ?? given)
          const answer = await call(name, asked, { timeoutMs, signal: controller.signal })
          const value = before === undefined ? answer : (continuing.current?.join(before, answer) ?? answer)
          last = value
          if (!controller.signal.aborted) setState({ path, value, atMs: Date.now() })
        } catch (failure) {
          if (!controller.signal.aborted)
            setState((old) => ({ ...(old.path === path || keepsOld ? old : {}), path, failure: failure as Failure }))
        }
      }
      isAsking = false
      if (!controller.signal.aborted && everyMs !== undefined) timer = window.setTimeout(ask, everyMs)
    }
    askNow.current = () => void ask()
    const onVisible = () => {
      if (!document.hidden) void ask()
    }
    document.addEventListener('visibilitychange', onVisible)
    void ask()
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      controller.abort()
      window.clearTimeout(timer)
    }
  }, [name, path, everyMs, timeoutMs, keepsOld])
  const refresh = useCallback(() => askNow.current(), [])
  const isCurrent = state.path === path || keepsOld
  return { ...(isCurrent ? withoutPath(state) : {}), refresh }
}

export interface PollOptions<Name extends EndpointName = EndpointName> {
  /** Pause between an answer and the next request, in milliseconds. `undefined`: asked once. */
  everyMs: number | undefined
  /** Default 10 s. */
  timeoutMs?: number
  /** Whether the answer to the input before stays until that to the new one is there: no flicker when a range changes. */
  keepsOld?: boolean
  /** For an answer that is long: how to ask only for what is new since the last one to the same input, and how both become one. */
  continues?: {
    input(given: CallInput<Name>, last: AnswerOf<Name>): CallInput<Name>
    join(last: AnswerOf<Name>, next: AnswerOf<Name>): AnswerOf<Name>
  }
}

export interface Polled<Value> {
  value?: Value
  /** When the value came. Epoch milliseconds. */
  atMs?: number
  /** Set from a failed try until the next answer. */
  failure?: Failure
  /** Asks at once, for example after a change. */
  refresh(): void
}

interface State<Value> extends Omit<Polled<Value>, 'refresh'> {
  path: string | undefined
}

function withoutPath<Value>({ path: _, ...rest }: State<Value>): Omit<Polled<Value>, 'refresh'> {
  return rest
}

/** The address of a route's stream. */
export function streamOf(name: EndpointName): string {
  return endpoints[name].path
}
