import type { QuotesState } from '../feed/quotes-state.ts'
import type { StackState } from '../feed/stack-state.ts'
import { SessionMenu } from '../session/session-menu.tsx'
import { connectionOf } from './connection.ts'
import type { Trouble } from './trouble.ts'

interface HeaderProps {
  quotes: QuotesState
  stack: StackState
  trouble: Trouble | undefined
}

export function Header({ quotes, stack, trouble }: HeaderProps) {
  const connection = connectionOf(quotes, trouble)
  return (
    <header className="header">
      <a className="brand" href="#/overview">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        Firedrill
      </a>
      <p className="connection" data-tone={connection.tone} role="status" title={connection.meaning}>
        <span className="dot" aria-hidden="true" />
        {connection.word}
        {stack.view !== undefined && <span className="profile">{stack.view.profile}</span>}
      </p>
      <SessionMenu />
    </header>
  )
}
