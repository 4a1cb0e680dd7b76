import { expect, it } from 'vitest'
import { Tally } from './figures/tally.ts'
import { LiveFigures } from './live-figures.ts'

it('live figures have each second for itself, and the sum of all', () => {
  const live = new Tally()
  const saturation = () => ({ saturated: false, lagP99Ms: 1, latenessP99Ms: 2, busyRatio: 0 })
  const setting = {
    journey: 'browse',
    origins: ['http://127.0.0.1:1'] as const,
    plan: { model: 'closed', users: 3, spawnRatePerSecond: 1 } as const,
    durationMs: null,
  }
  const figures = new LiveFigures({ live, users: () => 3, saturation }, setting)
  live.endpoint('GET /a').done(5, undefined, 10)
  live.endpoint('GET /a').done(7, 'http 503', 10)
  expect(figures.next()).toMatchObject({
    users: 3,
    setting: { durationMs: null },
    total: { requests: 2, failures: 1 },
    history: [{ second: 0, requests: 2, causes: { 'http 503': 1 }, endpoints: { 'GET /a': { failures: 1 } } }],
  })
  live.endpoint('GET /b').done(9, undefined, 10)
  const { total, endpoints, history } = figures.next()
  expect(total).toMatchObject({ requests: 3, failures: 1 })
  expect(endpoints.map(({ name, requests, causes }) => ({ name, requests, causes }))).toEqual([
    { name: 'GET /a', requests: 2, causes: { 'http 503': 1 } },
    { name: 'GET /b', requests: 1, causes: {} },
  ])
  expect(history).toHaveLength(1)
  expect(history[0]).toMatchObject({ second: 1, requests: 1, failures: 0 })
  expect(history[0]).not.toHaveProperty('causes')
})
