import { describe, expect, it } from 'vitest'
import { linksOf } from '../../../src/stack/links.ts'
import { profiles } from '../../../src/stack/profile.ts'
import { describeStack } from '../../../src/stack/topology.ts'
import { type Box, CONTROL, layoutMap, pathBetween, USERS } from './map-layout.ts'

const topologies = {
  'the stack': describeStack(profiles.lab),
  'the stack with Grafana': describeStack(profiles.lab, undefined, { dashboards: new Map() }),
}
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe.each(Object.entries(topologies))('the map of %s', (_, topology) => {
  const links = linksOf(topology)

  it.each(['wide', 'tall'] as const)('has every part, the users and control, each in a place of its own: %s', (shape) => {
    const { boxes, width, height } = layoutMap(topology.parts, links, shape)
    expect([...boxes.keys()].sort()).toEqual([...topology.parts.map(({ name }) => name), USERS, CONTROL].sort())
    const all = [...boxes.values()]
    for (const [index, box] of all.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width, box.name).toBeLessThanOrEqual(width)
      expect(box.y + box.height, box.name).toBeLessThanOrEqual(height)
      for (const other of all.slice(index + 1)) expect(overlap(box, other), `${box.name} on ${other.name}`).toBe(false)
    }
  })

  it.each(['wide', 'tall'] as const)('draws every link: %s', (shape) => {
    const { boxes } = layoutMap(topology.parts, links, shape)
    for (const { from, to } of links) {
      const [a, b] = [boxes.get(from), boxes.get(to)]
      expect(a && b && pathBetween(a, b, shape)).toMatch(/^M[\d.-]+,[\d.-]+ C/)
    }
  })
})

it('leads from the users to the data stores on one line, and from the exporters back to control on the other', () => {
  const { boxes } = layoutMap(topologies['the stack'].parts, linksOf(topologies['the stack']), 'wide')
  const xs = (...names: string[]) => names.map((name) => boxes.get(name)?.x ?? Number.NaN)
  const forth = xs(USERS, 'store', 'proxy', 'postgres')
  expect(forth).toEqual([...forth].sort((a, b) => a - b))
  const back = xs('redis-exporter', 'prometheus', 'alertmanager', 'responder', CONTROL)
  expect(back).toEqual([...back].sort((a, b) => b - a))
})
