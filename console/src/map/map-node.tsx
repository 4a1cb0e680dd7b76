import type { Box } from './map-layout.ts'
import type { NodeState } from './map-state.ts'

/** A part on the map: its name, how it is, the fault in it, and how many alerts about it fire. Leads to its page. */
export function MapNode({ box, state, href, onPoint }: MapNodeProps) {
  const { name, x, y, width, height } = box
  const { tone, note, title, faults, firing } = state
  return (
    <a
      href={href}
      className="map-node"
      data-item
      data-part={name}
      data-tone={tone}
      data-fault={faults[0]?.fault}
      onPointerEnter={() => onPoint(name)}
      onPointerLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(name)}
      onBlur={() => onPoint(undefined)}
    >
      <title>{title}</title>
      <rect x={x} y={y} width={width} height={height} rx={8} />
      <circle cx={x + 14} cy={y + (note === '' ? height / 2 : 17)} r={4.5} />
      <text x={x + 25} y={y + (note === '' ? height / 2 + 4.5 : 21.5)} className="map-name">
        {name}
      </text>
      <text x={x + 14} y={y + 37} className="map-note">
        {fitted(note, width)}
      </text>
      {firing > 0 && (
        <g className="map-firing">
          <circle cx={x + width - 5} cy={y + 5} r={9} />
          <text x={x + width - 5} y={y + 9} textAnchor="middle">
            {firing}
          </text>
        </g>
      )}
    </a>
  )
}

/** As much of a note as its box has room for; the title of the part has all of it. */
function fitted(note: string, width: number): string {
  const most = Math.floor((width - 24) / CHARACTER)
  return note.length <= most ? note : `${note.slice(0, most - 1).trimEnd()}…`
}

/** Width of a character of a note, in the units of the drawing: bold, as of a fault. */
const CHARACTER = 6.6

interface MapNodeProps {
  box: Box
  state: NodeState
  href: string
  /** Called when the pointer or the focus comes, and with `undefined` when it goes. */
  onPoint(name: string | undefined): void
}
