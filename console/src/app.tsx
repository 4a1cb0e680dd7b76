import { useEffect, useReducer } from 'react'
import { useQuotes } from './feed/use-quotes.ts'
import { useStack } from './feed/use-stack.ts'
import { type PageName, pages } from './pages.tsx'
import { Banner } from './shell/banner.tsx'
import { Header } from './shell/header.tsx'
import { pageOf } from './shell/route.ts'
import { troubleOf } from './shell/trouble.ts'

export function App() {
  const page = usePage()
  const quotes = useQuotes()
  const stack = useStack()
  const trouble = troubleOf(quotes, stack)
  const { title, Content } = pages[page]
  useEffect(() => {
    document.title = trouble === undefined ? `${title} · Firedrill` : `⚠ ${title} · Firedrill`
  }, [title, trouble])

  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <Header page={page} quotes={quotes} stack={stack} trouble={trouble} />
      <Banner trouble={trouble} />
      <main id="content" tabIndex={-1}>
        <Content quotes={quotes} stack={stack} trouble={trouble} />
      </main>
    </>
  )
}

/** The page that the address names, now and after each change of it. */
function usePage(): PageName {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    window.addEventListener('hashchange', render)
    return () => window.removeEventListener('hashchange', render)
  }, [])
  return pageOf(window.location.hash, pages, 'prices')
}
