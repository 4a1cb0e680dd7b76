/** Links to the parts of a page. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ title, href, isCurrent, count }) => (
        <a key={href} href={href} aria-current={isCurrent ? 'page' : undefined}>
          {title}
          {count !== undefined && <span className="tab-count">{count}</span>}
        </a>
      ))}
    </nav>
  )
}

export interface Tab {
  title: string
  href: string
  isCurrent: boolean
  /** How much is behind it. */
  count?: number | undefined
}

interface TabsProps {
  label: string
  tabs: readonly Tab[]
}
