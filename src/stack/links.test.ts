import { describe, expect, it } from 'vitest'
import { type LinkKind, linksOf } from './links.ts'
import { profiles } from './profile.ts'
import { describeStack } from './topology.ts'

const topology = describeStack(profiles.lab)
const links = linksOf(topology)
const of = (kind: LinkKind) =>
  links
    .filter((link) => link.kind === kind)
    .map(({ from, to, listener }) => `${from} ${to}${listener === undefined ? '' : `/${listener}`}`)
    .sort()

describe('linksOf', () => {
  it('has what each part calls, with the listener of the proxy that leads to a store', () => {
    expect(of('calls')).toEqual([
      'postgres-exporter postgres',
      'proxy postgres',
      'proxy redis',
      'quotes proxy/redis',
      'redis-exporter redis',
      'responder control',
      'responder prometheus',
      'store proxy/postgres',
      'store proxy/redis',
      'worker proxy/postgres',
    ])
  })

  it('has the way of an alert', () => {
    expect(of('alerts')).toEqual(['alertmanager responder', 'prometheus alertmanager'])
  })

  it('has a scrape of every part with metrics, and of control', () => {
    const withMetrics = topology.parts.filter(({ metrics, name }) => metrics !== undefined && name !== 'prometheus')
    expect(of('scrapes')).toEqual(
      ['control', ...withMetrics.map(({ name }) => name)].map((to) => `prometheus ${to}`).sort(),
    )
  })

  it('has the services that control starts, stops and breaks', () => {
    expect(of('controls')).toEqual(['control quotes', 'control store', 'control worker'])
  })

  it('has what is probed from outside', () => {
    expect(of('probes')).toEqual(
      ['postgres', 'proxy', 'quotes', 'redis', 'responder', 'store', 'worker'].map((to) => `blackbox-exporter ${to}`),
    )
  })

  it('names only parts that there are, and each link once', () => {
    const known = new Set([...topology.parts.map(({ name }) => name), ...topology.externals])
    expect(links.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([])
    expect(new Set(links.map((link) => JSON.stringify(link))).size).toBe(links.length)
  })

  it('shows that Grafana reads from Prometheus where it is part of the stack', () => {
    const withGrafana = linksOf(describeStack(profiles.lab, undefined, { dashboards: new Map([['overview', '{}']]) }))
    expect(withGrafana).toContainEqual({ from: 'grafana', to: 'prometheus', kind: 'calls' })
  })
})
