import type { ReactNode } from 'react'

/** One answer at a glance: a word or a figure, and what it consists of. The whole title leads to the page that says more. */
export function Tile({ title, href, figure, tone, isWide = false, children }: TileProps) {
  return (
    <section className="tile card" data-mood={tone} data-wide={isWide || undefined} aria-label={title}>
      <h2>
        <a href={href} data-item>
          {title}
        </a>
      </h2>
      <p className="tile-figure">{figure}</p>
      {children}
    </section>
  )
}

interface TileProps {
  title: string
  href: string
  figure: ReactNode
  tone: 'good' | 'wait' | 'bad' | 'fault' | 'none'
  /** Whether it takes the whole width. */
  isWide?: boolean
  children?: ReactNode
}

/** The lines of a tile: the first few, and how many more there are. */
export function TileLines({ lines, most = 4 }: { lines: readonly { key: string; text: ReactNode }[]; most?: number }) {
  return (
    <ul className="tile-lines">
      {lines.slice(0, most).map(({ key, text }) => (
        <li key={key}>{text}</li>
      ))}
      {lines.length > most && <li className="sub">and {lines.length - most} more</li>}
    </ul>
  )
}
