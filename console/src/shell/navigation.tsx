import { useEffect, useRef } from 'react'
import type { StackState } from '../feed/stack-state.ts'
import { type PageName, pageTitles } from '../page-names.ts'

/** The links to all pages: at the side where there is room, else above. A fault in force is marked on every page. */
export function Navigation({ page, stack }: { page: PageName; stack: StackState }) {
  const faults = stack.view?.faults.length ?? 0
  const place = useRef<HTMLElement>(null)
  // On a phone not all links fit: the page that is open is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own link
  useEffect(() => {
    const nav = place.current
    const link = nav?.querySelector<HTMLElement>('[aria-current]')
    if (nav === null || link === null || link === undefined) return
    nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2
  }, [page])
  return (
    <nav aria-label="Pages" className="navigation" ref={place}>
      <ul>
        {Object.entries(pageTitles).map(([name, title]) => (
          <li key={name}>
            <a href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
              {title}
              {name === 'faults' && faults > 0 && (
                <span className="count" title="Faults in force">
                  {faults}
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
