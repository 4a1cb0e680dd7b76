import type { QuotesState } from '../feed/quotes-state.ts'
import type { StackState } from '../feed/stack-state.ts'
import { type PageName, pages } from '../pages.tsx'
import { connectionOf } from './connection.ts'
import type { Trouble } from './trouble.ts'

interface HeaderProps {
  page: PageName
  quotes: QuotesState
  stack: StackState
  trouble: Trouble | undefined
}

export function Header({ page, quotes, stack, trouble }: HeaderProps) {
  const connection = connectionOf(quotes, trouble)
  return (
    <header className="header">
      <div className="header-row">
        <a className="brand" href="#/prices">
          <img src="/favicon.svg" alt="" width="24" height="24" />
          Firedrill
        </a>
        <nav aria-label="Pages">
          <ul>
            {Object.entries(pages).map(([name, { title }]) => (
              <li key={name}>
                <a href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <p className="connection" data-tone={connection.tone} role="status" title={connection.meaning}>
          <span className="dot" aria-hidden="true" />
          {connection.word}
          {stack.view !== undefined && <span className="profile">{stack.view.profile}</span>}
        </p>
      </div>
    </header>
  )
}
