import { describe, expect, it } from 'vitest'
import { interpolate, seriesName, type View } from './interpolate.ts'

const view: View = { scrapeMs: 500, stepMs: 1_000, rangeMs: 360_000, variables: {} }
const query = (expr: string, more: { interval?: string } = {}) => ({ expr, ...more })

describe('interpolate', () => {
  it.each([
    ['four scrapes at least', {}, { stepMs: 500 }, 'rate(x[2s])', 500],
    ['the step and one scrape when that is longer', {}, { stepMs: 15_000 }, 'rate(x[15500ms])', 15_000],
    [
      'four of its own scrapes for what is scraped less often',
      { interval: '1s' },
      { stepMs: 500 },
      'rate(x[4s])',
      1_000,
    ],
  ])('rates span %s', (_, more, change, expr, stepMs) => {
    const filled = interpolate(query('rate(x[$__rate_interval])', more), { ...view, ...change })
    expect(filled).toEqual({ expr, stepMs })
  })

  it('fills in the range', () => {
    expect(interpolate(query('increase(x[$__range])'), view).expr).toBe('increase(x[6m])')
  })

  it('matches everything where nothing is chosen, and exactly what is chosen otherwise', () => {
    const expr = 'up{service=~"$service",instance=~"$instance"}'
    expect(interpolate(query(expr), view).expr).toBe('up{service=~".+",instance=~".+"}')
    const chosen = { ...view, variables: { service: ['store', 'quotes'], instance: ['a.b"} or vector(1)#'] } }
    expect(interpolate(query(expr), chosen).expr).toBe(
      String.raw`up{service=~"store|quotes",instance=~"a\\.b\"\\} or vector\\(1\\)#"}`,
    )
  })
})

describe('seriesName', () => {
  it('fills labels in, and leaves out those a series does not have', () => {
    expect(seriesName('{{method}} {{ route }} {{gone}}', { method: 'GET', route: '/items' })).toBe('GET /items')
    expect(seriesName('p95', {})).toBe('p95')
  })
})
