import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { RuleWatch } from '../../src/drills/watch/rule-watch.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { RealMonitoring } from './real-monitoring.ts'

const bounded = { timeoutMs: 10_000 }

describe('a real Prometheus that is reloaded in the middle of a run', () => {
  let monitoring: RealMonitoring
  beforeAll(async () => {
    monitoring = await RealMonitoring.create()
  })
  afterAll(() => monitoring.close())

  const rulesWith = (hold: string) => ({
    groups: [{ name: 'shop', rules: [{ alert: 'ShopDown', expr: 'up == 0', for: hold }] }],
  })

  it('is noticed by the rule that is another now', async () => {
    const file = await monitoring.write('rules.yml', rulesWith('2s'))
    const url = await monitoring.prometheus('one', { rule_files: [file] })
    const prometheus = new Prometheus(url)
    const texts: string[] = []
    const noted = { addChange: ({ text }: { text: string }) => void texts.push(text) }
    const watch = new RuleWatch(prometheus, noted, await prometheus.alertRules(bounded))
    await watch.look(bounded)
    expect(texts).toEqual([])
    await monitoring.write('rules.yml', rulesWith('5m'))
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(200)
    await waitUntil(
      async () => {
        await watch.look(bounded)
        return texts.length > 0 ? done(undefined) : notYet('nothing has changed')
      },
      { what: 'the change to be noticed', timeoutMs: 20_000, intervalMs: 50 },
    )
    expect(texts).toEqual(['the rule of ShopDown changed: `for` was 2.00 s, is 5 min'])
  })
}, 120_000)
