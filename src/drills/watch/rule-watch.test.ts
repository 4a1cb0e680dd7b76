import { describe, expect, it } from 'vitest'
import { relabelRegex } from '../../probes/alert-labels/relabel.ts'
import type { AlertRule } from '../../probes/prometheus.ts'
import type { MonitoringChange } from '../evidence/observations.ts'
import { RuleWatch } from './rule-watch.ts'

const rule = (more: Partial<AlertRule> = {}): AlertRule => ({
  alert: 'ShopDown',
  expr: 'up == 0',
  forMs: 2_000,
  evaluationMs: 1_000,
  labels: { severity: 'page' },
  ...more,
})

/** What is noted of rules that were `first` when the run began. */
async function changesOf(first: AlertRule[], ...looks: AlertRule[][]): Promise<string[]> {
  const texts: string[] = []
  const prometheus = { alertRules: async () => looks.shift() ?? [] }
  const watch = new RuleWatch(prometheus, { addChange: ({ text }) => void texts.push(text) }, first)
  while (looks.length > 0) if (await watch.look({ timeoutMs: 1_000 })) break
  return texts
}

describe('the rules of a run', () => {
  it.each<[string, AlertRule[], string[]]>([
    ['that stay', [rule()], []],
    ['with another `for`', [rule({ forMs: 30_000 })], ['`for` was 2.00 s, is 30.0 s']],
    ['in a slower group', [rule({ evaluationMs: 15_000 })], ['the interval of its group was 1.00 s, is 15.0 s']],
    ['with another expression', [rule({ expr: 'up < 1' })], ['its expression was up == 0, is up < 1']],
    ['with other labels', [rule({ labels: {} })], ['it gives other labels']],
    ['of which there is one more', [rule(), rule({ forMs: 0 })], ['there are several, not as before']],
    ['that are gone', [], ['it is gone']],
  ])('%s', async (_, now, changes) => {
    const texts = await changesOf([rule()], [rule()], now, [rule()])
    expect(texts).toEqual(changes.map((change) => `the rule of ShopDown changed: ${change}`))
  })

  it('stay the same although their alerts get other labels on their way', async () => {
    const action = { sourceLabels: [], separator: '', targetLabel: 'zone', replacement: 'eu', modulus: 1n }
    const regex = relabelRegex('(.*)', 2)
    if (regex === undefined) throw new Error('no expression')
    const sent = { external: {}, rules: [{ ...action, action: 'replace', regex, dialect: 2 } as const] }
    expect(await changesOf([rule({ sent })], [rule({ sent })])).toEqual([])
  })

  it('are not compared with nothing: before they could be read', async () => {
    expect(await changesOf([], [rule()])).toEqual([])
  })

  it('are compared one by one: a change has the alert, and the last look that found its rule as before', async () => {
    const changes: MonitoringChange[] = []
    const looks = [[rule()], [rule({ forMs: 0 })]]
    const watch = new RuleWatch(
      { alertRules: async () => looks.shift() ?? [] },
      { addChange: (one) => void changes.push(one) },
      [rule()],
    )
    const begunMs = Date.now()
    while (looks.length > 0) await watch.look({ timeoutMs: 1_000 })
    const [change] = changes
    expect(changes).toMatchObject([{ part: 'prometheus', alert: 'ShopDown' }])
    expect(change?.afterMs).toBeGreaterThanOrEqual(begunMs)
    expect(change?.afterMs).toBeLessThanOrEqual(change?.atMs ?? 0)
  })
})
