import { describe, expect, it } from 'vitest'
import { parseSystem } from '../file/system-file.ts'
import { clocksIn, type MonitoringAnswers } from './read-clocks.ts'

const { services } = parseSystem(
  'name: a\nprometheus: http://p:1\nalertmanager: http://a:1\nservices: { shop: { urls: ["http://shop:80"], labels: { job: shop } } }\n',
  'firedrill.yaml',
)

const target = (job: string, everyMs: number) => ({ labels: { job }, up: true, lastError: '', everyMs })
const rule = (evaluationMs: number) => ({ alert: 'A', expr: 'up == 0', forMs: 0, evaluationMs, labels: {} })
const SAYS: MonitoringAnswers = {
  prometheusConfig: 'global: { scrape_interval: 15s, evaluation_interval: 30s }',
  alertmanagerConfig: 'route: { receiver: a, group_wait: 5s, group_interval: 1m }',
  flags: { 'query.lookback-delta': '2m' },
  targets: [target('shop', 5_000), target('shop', 10_000), target('node', 60_000)],
  alertRules: [rule(30_000), rule(60_000)],
}

describe('the clocks of a monitoring that is not ours', () => {
  it('are the slowest of those that report of the system, so that nothing is promised that is not kept', () => {
    expect(clocksIn(SAYS, services)).toMatchObject({
      scrapeMs: 10_000,
      exporterScrapeMs: 60_000,
      evaluationMs: 30_000,
      livenessEvaluationMs: 60_000,
      lookbackMs: 120_000,
      groupWaitMs: 5_000,
      groupIntervalMs: 60_000,
    })
  })

  it('are the defaults of Prometheus and Alertmanager where nothing is written', () => {
    const nothing = { prometheusConfig: '', alertmanagerConfig: '', flags: {}, targets: [], alertRules: [] }
    expect(clocksIn(nothing, services)).toMatchObject({
      scrapeMs: 60_000,
      evaluationMs: 60_000,
      livenessEvaluationMs: 60_000,
      lookbackMs: 300_000,
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 4 * 3_600_000,
    })
  })
})
