import type { Link } from '../../../src/stack/links.ts'
import type { PartKind } from '../../../src/stack/part.ts'

/** A box of the map, in the units of its drawing. */
export interface Box {
  name: string
  x: number
  y: number
  width: number
  height: number
}

export interface MapLayout {
  shape: MapShape
  width: number
  height: number
  boxes: ReadonlyMap<string, Box>
}

/** `wide`: from left to right and back; `tall`: from top to bottom, for phones. */
export type MapShape = 'wide' | 'tall'

/** The virtual users: no part, and where all requests begin. */
export const USERS = 'users'
export const CONTROL = 'control'

/**
 * Places the parts so that the way of a failure can be followed: above what is under drill, from the users to the data stores; below
 * what watches it, from the exporters over Prometheus and the responder back to control.
 */
export function layoutMap(parts: readonly MapPart[], links: readonly Link[], shape: MapShape): MapLayout {
  const groups = groupsOf(parts, links)
  return shape === 'wide' ? wide(groups) : tall(groups)
}

export interface MapPart {
  name: string
  kind: PartKind
}

interface Groups {
  services: string[]
  network: string[]
  storage: string[]
  /** What Prometheus scrapes, and what calls nobody that is watched. */
  exporters: string[]
  /** Those that scrape, and under them those that read from them. */
  scrapers: string[]
  /** Those that alerts are handed to. */
  alerting: string[]
  responder: string[]
}

function groupsOf(parts: readonly MapPart[], links: readonly Link[]): Groups {
  const ofKind = (kind: PartKind) => parts.filter((part) => part.kind === kind).map(({ name }) => name)
  const monitoring = ofKind('monitoring')
  const isScraper = (name: string) => links.some(({ from, kind }) => from === name && kind === 'scrapes')
  const scraping = monitoring.filter(isScraper)
  const alerting = monitoring.filter((name) => links.some(({ to, kind }) => to === name && kind === 'alerts'))
  const readers = monitoring.filter((name) =>
    links.some(({ from, to, kind }) => from === name && kind === 'calls' && scraping.includes(to)),
  )
  const scrapers = [...scraping, ...readers]
  return {
    services: ofKind('service'),
    network: ofKind('network'),
    storage: ofKind('storage'),
    exporters: monitoring.filter((name) => !scrapers.includes(name) && !alerting.includes(name)),
    scrapers,
    alerting,
    responder: ofKind('responder'),
  }
}

const HEIGHT = 46
const MARGIN = 6

const WIDE = { boxWidth: 176, column: 217, row: 60, lanes: 44, bulge: 44 }

function wide({ services, network, storage, exporters, scrapers, alerting, responder }: Groups): MapLayout {
  const { boxWidth, column, row, lanes, bulge } = WIDE
  const boxes = new Map<string, Box>()
  const place = (names: readonly string[], at: number, lane: { top: number; rows: number }) => {
    // In the middle of its lane.
    const top = lane.top + ((lane.rows - names.length) * row) / 2
    names.forEach((name, index) => {
      boxes.set(name, { name, x: MARGIN + at * column, y: top + index * row, width: boxWidth, height: HEIGHT })
    })
  }
  const upper = { top: MARGIN, rows: Math.max(1, services.length, storage.length) }
  const lower = { top: MARGIN + upper.rows * row + lanes, rows: Math.max(1, exporters.length, scrapers.length) }
  place([USERS], 0, upper)
  place(services, 1, upper)
  place(network, 2.5, upper)
  place(storage, 4, upper)
  place([CONTROL], 0, lower)
  place(responder, 1, lower)
  place(alerting, 2, lower)
  place(scrapers, 3, lower)
  place(exporters, 4, lower)
  return {
    shape: 'wide',
    width: 2 * MARGIN + 4 * column + boxWidth + bulge,
    height: lower.top + lower.rows * row,
    boxes,
  }
}

const TALL = { width: 360, gap: 10, row: 76, most: 2, mostExporters: 2, bulge: 34 }

function tall({ services, network, storage, exporters, scrapers, alerting, responder }: Groups): MapLayout {
  const { width, gap, row, most, mostExporters, bulge } = TALL
  const rows = [
    [USERS],
    ...chunksOf(services, most),
    network,
    ...chunksOf(storage, most),
    ...chunksOf(exporters, mostExporters),
    ...chunksOf(scrapers, mostExporters),
    alerting,
    responder,
    [CONTROL],
  ].filter((names) => names.length > 0)
  const boxes = new Map<string, Box>()
  rows.forEach((names, index) => {
    const room = width - bulge
    const boxWidth = Math.min(164, (room - gap * (names.length - 1)) / names.length)
    const left = (room - names.length * boxWidth - gap * (names.length - 1)) / 2
    names.forEach((name, at) => {
      const x = left + at * (boxWidth + gap)
      boxes.set(name, { name, x, y: MARGIN + index * row, width: boxWidth, height: HEIGHT })
    })
  })
  return { shape: 'tall', width, height: 2 * MARGIN + (rows.length - 1) * row + HEIGHT, boxes }
}

function chunksOf(names: readonly string[], most: number): string[][] {
  const rows = Math.ceil(names.length / most)
  const each = Math.ceil(names.length / Math.max(1, rows))
  return Array.from({ length: rows }, (_, at) => names.slice(at * each, (at + 1) * each))
}

/** The line from one box to another, as the path of an SVG; it keeps clear of the boxes between them where it can. */
export function pathBetween(from: Box, to: Box, shape: MapShape): string {
  const middle = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
  const [a, b] = [middle(from), middle(to)]
  if (shape === 'tall') {
    const gap = to.y - from.y - from.height
    if (gap >= 0 && gap < TALL.row) return curve({ x: a.x, y: from.y + from.height }, { x: b.x, y: to.y }, 'down')
    return around(from, to, TALL.bulge - 6)
  }
  const gap = Math.max(to.x - from.x - from.width, from.x - to.x - to.width)
  if (gap < 0) return around(from, to, WIDE.bulge - 8)
  const isLevel = Math.abs(a.y - b.y) < 1
  // Boxes stand between them on the same line: below them.
  if (isLevel && gap > WIDE.column - 1) return below(from, to)
  if (to.x > from.x) return curve({ x: from.x + from.width, y: a.y }, { x: to.x, y: b.y }, 'across')
  return curve({ x: from.x, y: a.y }, { x: to.x + to.width, y: b.y }, 'across')
}

interface Point {
  x: number
  y: number
}

function curve(from: Point, to: Point, way: 'down' | 'across'): string {
  if (way === 'down') {
    const half = (to.y - from.y) / 2
    return `M${at(from)} C${at({ x: from.x, y: from.y + half })} ${at({ x: to.x, y: to.y - half })} ${at(to)}`
  }
  const half = (to.x - from.x) / 2
  return `M${at(from)} C${at({ x: from.x + half, y: from.y })} ${at({ x: to.x - half, y: to.y })} ${at(to)}`
}

function around(from: Box, to: Box, bulge: number): string {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 }
  const end = { x: to.x + to.width, y: to.y + to.height / 2 }
  const out = Math.max(start.x, end.x) + bulge
  return `M${at(start)} C${at({ x: out, y: start.y })} ${at({ x: out, y: end.y })} ${at(end)}`
}

function below(from: Box, to: Box): string {
  const start = { x: from.x + from.width * 0.6, y: from.y + from.height }
  const end = { x: to.x + to.width * 0.4, y: to.y + to.height }
  const down = Math.max(start.y, end.y) + 40
  return `M${at(start)} C${at({ x: start.x, y: down })} ${at({ x: end.x, y: down })} ${at(end)}`
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`
}
