import { describe, expect, it } from 'vitest'
import type { Link, LinkKind } from '../../../src/stack/links.ts'
import type { PartKind } from '../../../src/stack/part.ts'
import { type Box, CONTROL, layoutMap, type MapPart, pathBetween, USERS } from './map-layout.ts'

const parts = (kind: PartKind, ...names: string[]): MapPart[] => names.map((name) => ({ name, kind }))
const links = (kind: LinkKind, from: string, ...targets: string[]): Link[] => targets.map((to) => ({ from, to, kind }))

/** As src/stack describes it. */
const STACK = [
  ...parts(
    'monitoring',
    'prometheus',
    'alertmanager',
    'node-exporter',
    'blackbox-exporter',
    'postgres-exporter',
    'redis-exporter',
  ),
  ...parts('storage', 'redis', 'postgres'),
  ...parts('network', 'proxy'),
  ...parts('service', 'quotes', 'store', 'worker'),
  ...parts('responder', 'responder'),
]
const LINKS = [
  ...links('alerts', 'prometheus', 'alertmanager'),
  ...links('scrapes', 'prometheus', 'store', 'alertmanager', 'node-exporter', 'redis-exporter', 'responder', CONTROL),
  ...links('alerts', 'alertmanager', 'responder'),
  ...links('probes', 'blackbox-exporter', 'store', 'postgres', 'responder'),
  ...links('calls', 'postgres-exporter', 'postgres'),
  ...links('calls', 'redis-exporter', 'redis'),
  ...links('calls', 'proxy', 'postgres', 'redis'),
  ...links('calls', 'store', 'proxy'),
  ...links('calls', 'responder', CONTROL, 'prometheus'),
  ...links('controls', CONTROL, 'store', 'worker'),
]
const stacks = {
  'the stack': { parts: STACK, links: LINKS },
  'the stack with Grafana': {
    parts: [...STACK, ...parts('monitoring', 'grafana')],
    links: [...LINKS, ...links('calls', 'grafana', 'prometheus')],
  },
  'a stack of one part': { parts: parts('service', 'store'), links: [] },
}
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe.each(Object.entries(stacks))('the map of %s', (_, stack) => {
  it.each(['wide', 'tall'] as const)(
    'has every part, the users and control, each in a place of its own: %s',
    (shape) => {
      const { boxes, width, height } = layoutMap(stack.parts, stack.links, shape)
      expect([...boxes.keys()].sort()).toEqual([...stack.parts.map(({ name }) => name), USERS, CONTROL].sort())
      const all = [...boxes.values()]
      for (const [index, box] of all.entries()) {
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width, box.name).toBeLessThanOrEqual(width)
        expect(box.y + box.height, box.name).toBeLessThanOrEqual(height)
        for (const other of all.slice(index + 1))
          expect(overlap(box, other), `${box.name} on ${other.name}`).toBe(false)
      }
    },
  )

  it.each(['wide', 'tall'] as const)('draws every link: %s', (shape) => {
    const { boxes } = layoutMap(stack.parts, stack.links, shape)
    for (const { from, to } of stack.links) {
      const [a, b] = [boxes.get(from), boxes.get(to)]
      expect(a && b && pathBetween(a, b, shape)).toMatch(/^M[\d.-]+,[\d.-]+ C/)
    }
  })
})

it('leads from the users to the data stores on one line, and from the exporters back to control on the other', () => {
  const { boxes } = layoutMap(STACK, LINKS, 'wide')
  const xs = (...names: string[]) => names.map((name) => boxes.get(name)?.x ?? Number.NaN)
  const forth = xs(USERS, 'store', 'proxy', 'postgres')
  expect(forth).toEqual([...forth].sort((a, b) => a - b))
  const back = xs('redis-exporter', 'prometheus', 'alertmanager', 'responder', CONTROL)
  expect(back).toEqual([...back].sort((a, b) => b - a))
})
