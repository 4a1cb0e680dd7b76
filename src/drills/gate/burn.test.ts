import { describe, expect, it } from 'vitest'
import type { Labels, Prometheus } from '../../probes/prometheus.ts'
import { isOnBudget, isTicket } from '../evidence/alert-labels.ts'
import { readBurn } from './burn.ts'

/** A Prometheus of the lab (30 times faster: a period of one day) with these values for one objective. */
function answering(values: Record<string, number>, more: Labels = {}): Prometheus {
  const all = { 'slo:error_budget:ratio': 0.001, 'slo:time_period:days': 1, ...values }
  const samples = Object.entries(all).map(([name, value]) => ({
    labels: { __name__: name, sloth_id: 'store-availability', ...more },
    atMs: 0,
    value,
  }))
  return { query: async () => samples } as unknown as Prometheus
}
const read = (values: Record<string, number>) => readBurn(answering(values), { factor: 30, timeoutMs: 1_000 })

describe('readBurn', () => {
  it.each([
    ['no traffic', {}, [], []],
    ['a sustainable burn', { 'slo:current_burn_rate:ratio': 0.99 }, [], []],
    [
      'a burn',
      { 'slo:current_burn_rate:ratio': 14.4 },
      ['the error budget of store-availability burns 14.4 times too fast'],
      [],
    ],
    ['an hour over 14.4 times the budget', { 'slo:sli_error:ratio_rate1h': 0.0145 }, [], ['store-availability/page']],
    ['an hour just below', { 'slo:sli_error:ratio_rate1h': 0.0143 }, [], []],
    ['six hours over 6 times', { 'slo:sli_error:ratio_rate6h': 0.0061 }, [], ['store-availability/page']],
    ['three days over the budget', { 'slo:sli_error:ratio_rate3d': 0.0011 }, [], ['store-availability/ticket']],
  ])('reports %s', async (_, values, burning, over) => {
    const reading = await read(values as Record<string, number>)
    expect(reading.burning.map(({ text }) => text)).toEqual(burning)
    expect([...reading.before.over]).toEqual(over)
  })

  it('does not wait for what users saw of the drill before, but knows that their budget is burnt', async () => {
    const values = { 'slo:current_burn_rate:ratio': 300, 'slo:sli_error:ratio_rate1h': 0.3 }
    const { burning, before } = await readBurn(answering(values, { outside_of: 'availability' }), {
      factor: 30,
      timeoutMs: 1_000,
    })
    expect(burning).toEqual([])
    expect([...before.over]).toEqual(['store-availability/page'])
  })
})

describe('alerts on budgets', () => {
  it('are recognised by their labels', () => {
    expect(isOnBudget({ alertname: 'A', sloth_id: 'x', sloth_severity: 'page' })).toBe(true)
    expect(isOnBudget({ alertname: 'ServiceDown', service: 'store' })).toBe(false)
    expect([isTicket({ sloth_severity: 'ticket' }), isTicket({ sloth_severity: 'page' })]).toEqual([true, false])
  })
})
