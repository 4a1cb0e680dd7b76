import type { FaultView } from '../../../src/api/contract.ts'
import type { Link } from '../../../src/stack/links.ts'
import { type MapLayout, pathBetween } from './map-layout.ts'

/** One part that asks another, as a line with an arrow. A fault on the way is named on it. */
export function MapLink({ link, layout, faults, isShown, isPointed, isBroken, isBusy }: MapLinkProps) {
  const from = layout.boxes.get(link.from)
  const to = layout.boxes.get(link.to)
  if (from === undefined || to === undefined || !isShown) return null
  const path = pathBetween(from, to, layout.shape)
  const [first] = faults
  const middle = { x: (from.x + to.x + (from.width + to.width) / 2) / 2, y: (from.y + to.y + from.height) / 2 }
  return (
    <g
      className="map-link"
      data-kind={link.kind}
      data-fault={first?.fault}
      data-broken={isBroken || undefined}
      data-pointed={isPointed || undefined}
      data-busy={isBusy || undefined}
    >
      <path d={path} />
      <path d={arrowOf(path)} className="map-arrow" />
      {first !== undefined && (
        <text x={middle.x} y={middle.y - 8} textAnchor="middle">
          {first.fault}
        </text>
      )}
    </g>
  )
}

interface MapLinkProps {
  link: Link
  layout: MapLayout
  /** That harm this link. */
  faults: readonly FaultView[]
  isShown: boolean
  isPointed: boolean
  /** Whether what it leads to does not work. */
  isBroken: boolean
  /** Whether virtual users send requests over it. */
  isBusy: boolean
}

const ARROW = 6

/** A small arrow at the end of a path, along its last control point. A marker would not take the colour of its line in all browsers. */
function arrowOf(path: string): string {
  const numbers = (path.match(/-?[\d.]+/g) ?? []).map(Number)
  const [cx = 0, cy = 0, x = 0, y = 0] = numbers.slice(-4)
  const length = Math.hypot(x - cx, y - cy) || 1
  const [dx, dy] = [((x - cx) / length) * ARROW, ((y - cy) / length) * ARROW]
  return `M${x},${y} L${x - dx - dy / 2},${y - dy + dx / 2} L${x - dx + dy / 2},${y - dy - dx / 2} Z`
}
