import type { Link, LinkKind } from '../../../src/stack/links.ts'
import { linkTo } from '../shell/route.ts'

const OUT: Readonly<Record<LinkKind, string>> = {
  calls: 'calls',
  alerts: 'sends alerts to',
  scrapes: 'scrapes',
  probes: 'probes',
  controls: 'starts, stops and breaks',
}

const IN: Readonly<Record<LinkKind, string>> = {
  calls: 'is called by',
  alerts: 'gets alerts from',
  scrapes: 'is scraped by',
  probes: 'is probed by',
  controls: 'is started, stopped and broken by',
}

/** Whom a part talks to, and who talks to it. */
export function PartLinks({ name, links }: { name: string; links: readonly Link[] }) {
  const rows = [
    ...rowsOf(
      OUT,
      links.filter((link) => link.from === name),
      'to',
    ),
    ...rowsOf(
      IN,
      links.filter((link) => link.to === name),
      'from',
    ),
  ]
  if (rows.length === 0) return null
  return (
    <section aria-labelledby="talks">
      <h2 id="talks">Who talks to whom</h2>
      <dl className="part-links card">
        {rows.map(({ verb, parts }) => (
          <div key={verb}>
            <dt>
              {name} {verb}
            </dt>
            <dd>
              {parts.map(({ part, listener }) => (
                <a key={`${part} ${listener ?? ''}`} href={linkTo('stack', [part])}>
                  {part}
                  {listener !== undefined && ` (for ${listener})`}
                </a>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function rowsOf(verbs: Readonly<Record<LinkKind, string>>, links: readonly Link[], end: 'from' | 'to') {
  return (Object.keys(verbs) as LinkKind[])
    .map((kind) => ({
      verb: verbs[kind],
      parts: links.filter((link) => link.kind === kind).map((link) => ({ part: link[end], listener: link.listener })),
    }))
    .filter(({ parts }) => parts.length > 0)
}
