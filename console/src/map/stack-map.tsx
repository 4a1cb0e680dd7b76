import '../styles/map.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Link } from '../../../src/stack/links.ts'
import { linkTo } from '../shell/route.ts'
import { CONTROL, layoutMap, type MapLayout, type MapShape, USERS } from './map-layout.ts'
import { MapLink } from './map-link.tsx'
import { MapNode } from './map-node.tsx'
import { faultsOn, type NodeState, nodeStates, usedBy } from './map-state.ts'
import { MapText } from './map-text.tsx'
import type { MapFeed } from './use-map.ts'

/** Who talks to whom, and where the fault is. Each part leads to its page. */
export function StackMap({ feed }: { feed: MapFeed }) {
  const { input, topology, load, loadTarget } = feed
  const place = useRef<HTMLDivElement>(null)
  const shape = useShape(place)
  const [showsAll, setShowsAll] = useState(false)
  const [pointed, setPointed] = useState<string>()
  const names = input.services.map(({ name }) => name).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: parts are placed by their names; states come every second
  const layout = useMemo<MapLayout | undefined>(
    () => topology && layoutMap(input.services, topology.links, shape),
    [names, topology, shape],
  )
  const states = nodeStates(input)
  const watchers = input.services.flatMap(({ name, kind }) => (kind === 'monitoring' ? [name] : [])).join()
  const links = useMemo(() => drawn(topology?.links ?? [], loadTarget, watchers), [topology, loadTarget, watchers])
  return (
    <section className="map card" aria-label="Map of the stack" ref={place}>
      {layout === undefined ? (
        <div className="placeholder map-placeholder" role="status">
          <span className="hidden">Loading …</span>
        </div>
      ) : (
        // biome-ignore lint/a11y/noSvgWithoutTitle: the section around it is named, and a title would cover the titles of the parts
        <svg viewBox={`0 0 ${layout.width} ${layout.height}`} data-shape={shape}>
          <g>
            {links.map(({ link, isMain }) => (
              <MapLink
                key={`${link.from} ${link.to} ${link.kind}`}
                link={link}
                layout={layout}
                faults={faultsOn(link, input)}
                isShown={isMain || showsAll || pointed === link.from || pointed === link.to}
                isPointed={pointed === link.from || pointed === link.to}
                isBroken={link.kind === 'calls' && states.get(link.to)?.tone === 'bad'}
                isBusy={load !== undefined && link.from === USERS}
              />
            ))}
          </g>
          {[...layout.boxes.values()].map((box) => (
            <MapNode
              key={box.name}
              box={box}
              state={states.get(box.name) ?? special(box.name, feed)}
              href={HREFS[box.name] ?? linkTo('stack', [box.name])}
              onPoint={setPointed}
            />
          ))}
        </svg>
      )}
      <div className="map-foot">
        <label className="switch">
          <input type="checkbox" checked={showsAll} onChange={(event) => setShowsAll(event.currentTarget.checked)} />
          Scrapes and probes too
        </label>
        <MapText links={topology?.links ?? []} states={states} />
      </div>
    </section>
  )
}

const HREFS: Readonly<Record<string, string>> = { [USERS]: linkTo('load'), [CONTROL]: linkTo('stack', [CONTROL]) }

/** The boxes that are no parts. */
function special(name: string, { input, load }: MapFeed): NodeState {
  const plain = { faults: [], firing: 0 }
  if (name === CONTROL) {
    const note = usedBy(CONTROL, input.usage)
    return { ...plain, tone: 'good', note, title: `control: runs the stack and serves this page. ${note}` }
  }
  const note = load === undefined ? 'no load' : `${load.users} of ${load.journey}`
  return { ...plain, tone: load === undefined ? 'none' : 'good', note, title: `Virtual users: ${note}` }
}

/** Each pair of parts once. Those that scrape and probe everything are shown when they are asked for. */
function drawn(
  links: readonly Link[],
  target: string | undefined,
  watchers: string,
): { link: Link; isMain: boolean }[] {
  const users: Link[] = target === undefined ? [] : [{ from: USERS, to: target, kind: 'calls' }]
  const seen = new Set<string>()
  // What stands first hides what follows it between the same two parts.
  return [...users, ...links]
    .filter(({ from, to }) => !seen.has(`${from} ${to}`) && seen.add(`${from} ${to}`))
    .map((link) => ({ link, isMain: isMain(link, watchers) }))
}

/** The monitoring among itself; what it reads of all others would cover the rest. */
function isMain({ kind, to }: Link, watchers: string): boolean {
  if (kind === 'scrapes') return watchers.split(',').includes(to)
  return kind !== 'probes'
}

/** Narrower than this, in pixels, the wide map is too small to read. */
const TALL_BELOW = 700

function useShape(place: { current: HTMLElement | null }): MapShape {
  const [shape, setShape] = useState<MapShape>(window.innerWidth < TALL_BELOW ? 'tall' : 'wide')
  useEffect(() => {
    if (place.current === null) return undefined
    const observer = new ResizeObserver(([entry]) =>
      setShape((entry?.contentRect.width ?? TALL_BELOW) < TALL_BELOW ? 'tall' : 'wide'),
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return shape
}
