import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import type { SessionView } from '../../../src/api/contract.ts'
import { call, type Failure } from '../feed/call.ts'
import { keepSessionKey, sessionKey } from '../feed/session-key.ts'
import { replaceAddress } from '../shell/use-address.ts'

/** Gives all that is below it the session of this browser. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [view, setView] = useState<SessionView>()
  const [failure, setFailure] = useState<Failure>()
  const ask = useCallback(async () => {
    const answer = await call('session', {}, { timeoutMs: 5_000 }).catch(() => undefined)
    if (answer !== undefined) setView(answer)
  }, [])
  useEffect(() => {
    const code = LOGIN.exec(window.location.hash)?.[1]
    const timer = window.setInterval(ask, ASK_EVERY_MS)
    if (code === undefined) void ask()
    else {
      // The code is of no use any more: neither the address nor the history keeps it.
      replaceAddress('#/overview')
      call('login', { body: { code } }).then(
        ({ key, ...entered }) => {
          keepSessionKey(key)
          setView(entered)
        },
        (refused: Failure) => {
          setFailure(refused)
          void ask()
        },
      )
    }
    return () => window.clearInterval(timer)
  }, [ask])
  const state = useMemo<SessionState>(
    () => ({
      access: view?.access ?? 'asking',
      mayOperate: view?.mayOperate ?? false,
      ...(failure === undefined ? {} : { failure }),
      setReadOnly: async (readOnly) => setView(await call('setSession', { body: { readOnly } })),
      logout: async () => {
        setView(await call('logout', {}))
        keepSessionKey(undefined)
      },
      ask,
    }),
    [view, failure, ask],
  )
  return <Context.Provider value={state}>{children}</Context.Provider>
}

export interface SessionState {
  /** `asking` until control has answered. */
  access: SessionView['access'] | 'asking'
  /** Whether the read-only switch can be turned off. */
  mayOperate: boolean
  /** Why the link that was opened began no session. */
  failure?: Failure
  setReadOnly(readOnly: boolean): Promise<void>
  logout(): Promise<void>
  /** Asks control again, for example after it refused a change. */
  ask(): Promise<void>
}

export function useSession(): SessionState {
  return useContext(Context)
}

/** Whether this browser had a session once: then another sentence helps. */
export function hadSession(): boolean {
  return sessionKey() !== undefined
}

const LOGIN = /^#\/login\/([\w-]+)$/
/** A session ends with the stack, and another tab may end it. */
const ASK_EVERY_MS = 10_000

const Context = createContext<SessionState>({
  access: 'asking',
  mayOperate: false,
  setReadOnly: async () => undefined,
  logout: async () => undefined,
  ask: async () => undefined,
})
