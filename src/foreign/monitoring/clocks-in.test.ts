import { describe, expect, it } from 'vitest'
import { parseSystem } from '../file/system-file.ts'
import { clocksIn, type MonitoringAnswers } from './clocks-in.ts'

function described(more = '') {
  return parseSystem(
    `name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\n${more}services: { shop: { urls: ["http://shop:80"], labels: { job: shop } } }\n`,
    'firedrill.yaml',
  )
}

const target = (job: string, everyMs: number) => ({ labels: { job }, up: true, lastError: '', everyMs })
const rule = (evaluationMs: number) => ({ alert: 'A', expr: 'up == 0', forMs: 0, evaluationMs, labels: {} })
const SAYS: MonitoringAnswers = {
  prometheusConfig: 'global: { scrape_interval: 15s, evaluation_interval: 30s }',
  alertmanagerConfig: 'route: { receiver: a, group_wait: 5s, group_interval: 1m }',
  flags: { 'query.lookback-delta': '2m' },
  targets: [target('shop', 5_000), target('shop', 10_000), target('node', 60_000)],
  alertRules: [rule(30_000), rule(60_000)],
}
/** Mimir shows rules, and who is up; Alertmanager's configuration is a secret of its operators. */
const SILENT: MonitoringAnswers = {
  prometheusConfig: undefined,
  alertmanagerConfig: undefined,
  flags: undefined,
  targets: [target('shop', 0)],
  alertRules: [],
}

describe('the clocks of a monitoring that is not ours', () => {
  it('are the slowest of those that report of the system, so that nothing is promised that is not kept', () => {
    const { timing, missing, assumed, sources } = clocksIn(SAYS, described())
    expect(timing).toMatchObject({
      scrapeMs: 10_000,
      exporterScrapeMs: 60_000,
      evaluationMs: 30_000,
      livenessEvaluationMs: 60_000,
      lookbackMs: 120_000,
      groupWaitMs: 5_000,
      groupIntervalMs: 60_000,
    })
    expect([missing, assumed]).toEqual([[], []])
    expect(sources.join(', ')).toBe('scrape 10.0 s, rules 1 min, group wait 5.00 s')
  })

  it('are the defaults of Prometheus and Alertmanager where a configuration has nothing else', () => {
    const nothing = { prometheusConfig: '', alertmanagerConfig: '', flags: {}, targets: [], alertRules: [] }
    expect(clocksIn(nothing, described()).timing).toMatchObject({
      scrapeMs: 60_000,
      evaluationMs: 60_000,
      livenessEvaluationMs: 60_000,
      lookbackMs: 300_000,
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 4 * 3_600_000,
    })
  })

  it('are missing by name where nothing shows them, and never guessed', () => {
    const { timing, missing, sources } = clocksIn(SILENT, described())
    expect(timing).toBeUndefined()
    expect(missing.map(({ key }) => key)).toEqual(['scrape', 'evaluation', 'groupWait'])
    expect(sources).toEqual(['scrape not known', 'rules not known', 'group wait not known'])
    const rules = clocksIn({ ...SILENT, alertRules: [rule(15_000)] }, described())
    expect(rules.missing.map(({ key }) => key)).toEqual(['scrape', 'groupWait'])
  })

  it('are those that the description states, where nothing shows them; a default that only bounds waits is named', () => {
    const stated = described('clocks: { scrape: 20s, evaluation: 30s, groupWait: 0s }\n')
    const { timing, missing, assumed, sources } = clocksIn(SILENT, stated)
    expect(timing).toMatchObject({
      scrapeMs: 20_000,
      livenessEvaluationMs: 30_000,
      evaluationMs: 30_000,
      groupWaitMs: 0,
    })
    expect(missing).toEqual([])
    expect(assumed).toEqual([expect.stringContaining('how far back queries look is not shown: 5 min')])
    expect(sources[0]).toBe('scrape 20.0 s (firedrill.yaml)')
    expect(clocksIn(SAYS, stated).timing).toMatchObject({ scrapeMs: 10_000, groupWaitMs: 5_000 })
  })
})
