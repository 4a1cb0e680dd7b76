import { describe, expect, it } from 'vitest'
import { dashboards } from '../../../../dashboards/all/dashboards.ts'
import { interpolate } from '../../../../dashboards/interpolate.ts'
import { dataPanels } from '../dashboard-view.ts'
import { selectorsIn } from './selectors-in.ts'

const view = { scrapeMs: 500, stepMs: 1_000, rangeMs: 60_000, variables: {} }

describe('selectorsIn', () => {
  it('finds each selector once, with the window and the way in which it is read', () => {
    const share = 'sum by (service) (rate(a_total{x="1"}[2s])) / (sum by (service) (rate(b_total[2s])) > 0)'
    expect(selectorsIn([share, 'rate(b_total[2s])', 'max(up{job="store"}) or vector(0)'])).toEqual([
      { text: 'a_total{x="1"}', metric: 'a_total', window: '2s', counts: true },
      { text: 'b_total', metric: 'b_total', window: '2s', counts: true },
      { text: 'up{job="store"}', metric: 'up', counts: false },
    ])
  })

  it('finds some in every panel of every dashboard', () => {
    const without = Object.values(dashboards).flatMap((spec) =>
      dataPanels(spec)
        .filter(({ panel }) => selectorsIn(panel.queries.map((query) => interpolate(query, view).expr)).length === 0)
        .map(({ name }) => `${spec.title}: ${name}`),
    )
    expect(without).toEqual([])
  })
})
