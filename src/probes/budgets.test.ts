import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readBudgets } from './budgets.ts'
import { Prometheus } from './prometheus.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
})

const id = (slo: string) => ({ sloth_id: `shop-${slo}`, sloth_service: 'shop', sloth_slo: slo })

/** A Prometheus that has the rules of these objectives, and these samples: name, labels, value. */
async function prometheusWith(
  objectives: readonly string[],
  samples: readonly (readonly [string, Record<string, string>, string])[],
  ownLabels: Record<string, string> = {},
): Promise<Prometheus> {
  const rules = objectives.map((slo) => {
    return { type: 'recording', name: 'slo:objective:ratio', labels: { ...id(slo), ...ownLabels } }
  })
  const result = samples.map(([name, labels, value]) => ({ metric: { __name__: name, ...labels }, value: [1, value] }))
  server = createServer((request, response) => {
    const data = request.url?.startsWith('/api/v1/rules')
      ? { groups: [{ interval: 1, rules }] }
      : { resultType: 'vector', result }
    response.end(JSON.stringify({ status: 'success', data }))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return new Prometheus(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const read = async (prometheus: Prometheus) => readBudgets(prometheus, { timeoutMs: 20_000 })

describe('the budgets that Prometheus knows of', () => {
  it('are those of its rules, also where nothing is recorded yet', async () => {
    const budgets = await read(await prometheusWith(['orders', 'latency'], []))
    expect(budgets.map(({ objective, state }) => [objective, state])).toEqual([
      ['latency', 'not enough data yet'],
      ['orders', 'not enough data yet'],
    ])
  })

  it('say of a mean that is NaN that it has no figure: a moment without traffic is in it', async () => {
    const labels = id('orders')
    const prometheus = await prometheusWith(
      ['orders'],
      [
        ['slo:objective:ratio', labels, '0.99'],
        ['slo:time_period:days', labels, '1'],
        ['slo:sli_error:ratio_rate30d', { ...labels, sloth_window: '30d' }, 'NaN'],
        ['slo:sli_error:ratio_rate5m', { ...labels, sloth_window: '5m' }, '+Inf'],
      ],
    )
    expect(await read(prometheus)).toEqual([
      {
        service: 'shop',
        objective: 'orders',
        firing: [],
        state: 'no figure',
        targetPercent: 99,
        periodMs: 86_400_000,
      },
    ])
  })

  it('have what is left, the burn rate and the alerts that fire', async () => {
    const labels = id('orders')
    const alert = { ...labels, alertname: 'OrdersFail' }
    const prometheus = await prometheusWith(
      ['orders'],
      [
        ['slo:objective:ratio', labels, '0.9'],
        ['slo:time_period:days', labels, '30'],
        ['slo:sli_error:ratio_rate30d', labels, '0.05'],
        ['slo:sli_error:ratio_rate5m', labels, '0.2'],
        ['slo:period_error_events:count', labels, '50'],
        ['slo:period_total_events:count', labels, '1000'],
        ['slo:objective:ratio', id('elsewhere'), '0.5'],
        ['ALERTS', { ...alert, alertstate: 'firing', sloth_severity: 'ticket' }, '1'],
        ['ALERTS', { ...alert, alertstate: 'firing', sloth_severity: 'page' }, '1'],
        ['ALERTS', { ...alert, alertstate: 'pending', sloth_severity: 'page' }, '1'],
      ],
    )
    expect(await read(prometheus)).toEqual([
      expect.objectContaining({
        state: 'burning',
        budgetLeftPercent: 50,
        burnRate: 2,
        exhaustedInMs: 7.5 * 86_400_000,
        events: { total: 1_000, failed: 50, mayFail: 50 },
        firing: ['page', 'ticket'],
      }),
    ])
  })

  it('are distinguished by the groups of their queries, each with its own events, burn rate and alerts', async () => {
    const labels = { ...id('orders'), team: 'checkout' }
    const of = (host: string) => ({ ...labels, host })
    const alert = { alertname: 'OrdersFail', alertstate: 'firing', severity: 'critical' }
    const prometheus = await prometheusWith(
      ['orders'],
      [
        ['slo:objective:ratio', labels, '0.99'],
        ['slo:time_period:days', labels, '30'],
        ['slo:sli_error:ratio_rate30d', { ...of('a'), sloth_window: '30d' }, '0.5'],
        ['slo:sli_error:ratio_rate30d', { ...of('b'), sloth_window: '30d' }, '0'],
        ['slo:sli_error:ratio_rate5m', { ...of('a'), sloth_window: '5m' }, '0.5'],
        ['slo:sli_error:ratio_rate5m', { ...of('b'), sloth_window: '5m' }, '0'],
        ['slo:period_error_events:count', of('a'), '500'],
        ['slo:period_error_events:count', of('b'), '0'],
        ['slo:period_total_events:count', of('a'), '1000'],
        ['slo:period_total_events:count', of('b'), '10'],
        ['ALERTS', { ...of('a'), ...alert, sloth_severity: 'page' }, '1'],
        ['ALERTS', { ...labels, ...alert, host: 'none of them', sloth_severity: 'ticket' }, '1'],
      ],
      { team: 'checkout' },
    )
    expect(await read(prometheus)).toEqual([
      expect.objectContaining({
        group: { host: 'a' },
        state: 'exhausted',
        burnRate: 50,
        events: { total: 1_000, failed: 500, mayFail: -490 },
        firing: ['page', 'ticket'],
      }),
      expect.objectContaining({
        group: { host: 'b' },
        state: 'ok',
        burnRate: 0,
        events: { total: 10, failed: 0, mayFail: 0 },
        firing: ['ticket'],
      }),
    ])
  })
})
