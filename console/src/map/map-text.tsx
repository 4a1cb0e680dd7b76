import type { Link, LinkKind } from '../../../src/stack/links.ts'
import type { NodeState } from './map-state.ts'

const VERBS: Readonly<Record<LinkKind, string>> = {
  calls: 'calls',
  alerts: 'sends alerts to',
  scrapes: 'scrapes',
  probes: 'probes',
  controls: 'starts, stops and breaks',
}

/** The map in words. */
export function MapText({ links, states }: { links: readonly Link[]; states: ReadonlyMap<string, NodeState> }) {
  const from = [...new Set(links.map((link) => link.from))]
  return (
    <details className="map-text">
      <summary>The map in words</summary>
      <ul>
        {from.map((name) => (
          <li key={name}>
            <strong>{name}</strong> {sentence(links.filter((link) => link.from === name))}.
          </li>
        ))}
      </ul>
      <h3>How the parts are</h3>
      <ul>
        {[...states].map(([name, { title }]) => (
          <li key={name}>{title}.</li>
        ))}
      </ul>
    </details>
  )
}

function sentence(links: readonly Link[]): string {
  const kinds = [...new Set(links.map(({ kind }) => kind))]
  return kinds
    .map((kind) => {
      const targets = links.filter((link) => link.kind === kind)
      const names = targets.map(({ to, listener }) => (listener === undefined ? to : `${to} (for ${listener})`))
      return `${VERBS[kind]} ${names.join(', ')}`
    })
    .join('; ')
}
