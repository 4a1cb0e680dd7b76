import { Suspense, useEffect } from 'react'
import { useQuotes } from './feed/use-quotes.ts'
import { useStack } from './feed/use-stack.ts'
import { pageTitles } from './page-names.ts'
import { pages } from './pages.tsx'
import { SessionProvider } from './session/session.tsx'
import { Banner } from './shell/banner.tsx'
import { Header } from './shell/header.tsx'
import { LoginRefused } from './shell/login-refused.tsx'
import { Navigation } from './shell/navigation.tsx'
import { ShortcutHelp } from './shell/shortcut-help.tsx'
import { troubleOf } from './shell/trouble.ts'
import { useAddress } from './shell/use-address.ts'
import { usePlace } from './shell/use-place.ts'

export function App() {
  const { page, rest } = useAddress()
  const quotes = useQuotes()
  const stack = useStack()
  const trouble = troubleOf(quotes, stack)
  const title = pageTitles[page]
  const Content = pages[page]
  useEffect(() => {
    document.title = trouble === undefined ? `${title} · Firedrill` : `⚠ ${title} · Firedrill`
  }, [title, trouble])
  usePlace([page, ...rest].join('/'))

  return (
    <SessionProvider>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <Header quotes={quotes} stack={stack} trouble={trouble} />
      <Navigation page={page} stack={stack} />
      <Banner trouble={trouble} />
      <main id="content" data-page={page} data-down={trouble?.part === 'control' || undefined} tabIndex={-1}>
        <LoginRefused />
        <Suspense fallback={<h1 className="placeholder">{title}</h1>}>
          <Content quotes={quotes} stack={stack} trouble={trouble} />
        </Suspense>
      </main>
      <ShortcutHelp />
    </SessionProvider>
  )
}
