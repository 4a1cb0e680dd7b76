import type { StackState } from '../feed/stack-state.ts'
import { type PageName, pageTitles } from '../page-names.ts'

/** The links to all pages: at the side where there is room, else above. A fault in force is marked on every page. */
export function Navigation({ page, stack }: { page: PageName; stack: StackState }) {
  const faults = stack.view?.faults.length ?? 0
  return (
    <nav aria-label="Pages" className="navigation">
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
