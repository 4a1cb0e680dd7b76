import { describe, expect, it } from 'vitest'
import type { Journal } from '../drills/journal/journal.ts'
import { deviatedJournal, HOSTILE, heldJournal, inconclusiveJournal, ZERO_MS } from '../drills/journal/test-journal.ts'
import { coverageHtml } from '../reporters/coverage/html.ts'
import { coverageLines } from '../reporters/coverage/terminal.ts'
import { coverageOf } from './coverage.ts'

const rule = (name: string, expr = 'up == 0') => ({ name, expr })
const rules = [rule('ServiceDown'), rule('CacheDown'), rule('DatabaseDown'), rule('Watchdog', 'vector(1)')]

type Alert = NonNullable<Journal['series']>['alerts'][number]

/** A run of one fault, with the alerts that fired so long after it. */
function run(fault: string, service: string, fired: Record<string, number>, change: Partial<Journal> = {}): Journal {
  const journal = heldJournal()
  const alerts = Object.entries(fired).map(
    ([alertname, ms]): Alert => ({
      alertname,
      labels: { alertname, service },
      pendingAtMs: ZERO_MS + ms,
      firingAtMs: ZERO_MS + ms,
      endedAtMs: null,
    }),
  )
  return {
    ...journal,
    faults: journal.faults.map((one) => ({ ...one, fault, service })),
    series: { startMs: ZERO_MS, load: { requests: [], failures: [], p95Ms: [] }, up: [], alerts },
    ...change,
  }
}

const crash = [290, 400, 350].map((ms) => run('kill', 'store', { ServiceDown: ms }))
const unseen = run('latency', 'quotes', {})
const cache = run('stop', 'redis', { CacheDown: 900, ServiceDown: 1_200 })

describe('coverage', () => {
  it('is the median time from injection to firing, by fault and alert', () => {
    const { rows, runs, ran } = coverageOf([...crash, cache], rules, 'lab')
    expect(runs).toBe(4)
    expect(rows.map(({ ranIn }) => ranIn)).toEqual([[0, 1, 2], [3]])
    expect(ran[0]).toEqual({
      journal: '2026-01-02T03-03-59-500Z-store-crash',
      drill: 'store-crash',
      title: 'The store crashes under load',
      startedAt: '2026-01-02T03:03:59.500Z',
      verdict: 'held',
    })
    expect(rows.map(({ fault, service, runs: times }) => [fault, service, times])).toEqual([
      ['kill', 'store', 3],
      ['stop', 'redis', 1],
    ])
    expect(rows[0]?.cells).toEqual({
      ServiceDown: {
        count: 3,
        medianMs: 350,
        timesMs: [290, 350, 400],
        paged: true,
        proofs: [290, 400, 350].map((ms, run) => ({ run, ms, paged: true })),
      },
    })
  })

  it('names faults nobody saw, alerts no drill fired, and alerts that fired unasked', () => {
    const coverage = coverageOf([...crash, unseen, deviatedJournal()], rules, 'lab')
    expect(coverage.unseenFaults).toEqual([{ fault: 'latency', service: 'quotes', runs: 1 }])
    expect(coverage.unfiredAlerts).toEqual(['CacheDown', 'DatabaseDown'])
    expect(coverage.unaskedAlerts).toMatchObject([{ alert: 'CacheDown', count: 1 }])
    expect(coverage.alertRatio).toBeCloseTo(1 / 3)
    expect(coverage.faultRatio).toBeCloseTo(1 / 2)
  })

  it('attributes to no fault an alert on a budget that was burnt before', () => {
    const labels = { alertname: 'CacheDown', service: 'store' }
    const before = { alertname: 'CacheDown', labels, activeAtMs: ZERO_MS - 9_000, firedAtMs: ZERO_MS + 10 }
    const carried = run('kill', 'store', { ServiceDown: 300, CacheDown: 10 }, { carriedAlerts: [before] })
    expect(coverageOf([carried], rules, 'lab').unfiredAlerts).toEqual(['CacheDown', 'DatabaseDown'])
  })

  it('leaves out alerts that only inhibit others, and says so', () => {
    const inhibitor = { name: 'ServiceUnsettled', expr: 'up == 0', labels: { severity: 'none' } }
    const { alerts, pagingNobody } = coverageOf(crash, [...rules, inhibitor], 'lab')
    expect([alerts.includes('ServiceUnsettled'), pagingNobody]).toEqual([false, ['ServiceUnsettled']])
  })

  it('leaves out what always fires, and says so', () => {
    const { alerts, alwaysFiring, rows } = coverageOf([run('kill', 'store', { Watchdog: 100 })], rules, 'lab')
    expect([alerts.includes('Watchdog'), alwaysFiring]).toEqual([false, ['Watchdog']])
    expect(rows[0]?.cells).toEqual({})
  })

  it('counts only runs that prove something, and those of one profile', () => {
    const others = [inconclusiveJournal(), { ...heldJournal(), profile: 'production' }]
    const coverage = coverageOf([...crash, ...others], rules, 'lab')
    expect(coverage.runs).toBe(3)
    expect(coverage.leftOut).toEqual([
      { verdict: 'inconclusive', count: 1 },
      { verdict: 'of another profile', count: 1 },
    ])
  })

  it('calls a fault unseen when Alertmanager held its only alert back, though the alert did fire', () => {
    const other = { alertname: 'CacheDown', labels: { alertname: 'CacheDown', service: 'redis' } }
    const inhibitedAlerts = [{ ...other, activeAtMs: ZERO_MS, firedAtMs: ZERO_MS + 900 }]
    const coverage = coverageOf([run('stop', 'redis', { CacheDown: 900 }, { inhibitedAlerts })], rules, 'lab')
    expect(coverage.unseenFaults).toHaveLength(1)
    expect(coverage.unfiredAlerts).not.toContain('CacheDown')
  })

  it('asks no alert of a fault that every drill expects to be borne in silence', () => {
    const quiet = { expectations: heldJournal().expectations.filter(({ kind }) => kind !== 'alert') }
    const coverage = coverageOf([run('no-op', 'store', {}, quiet)], rules, 'lab')
    expect(coverage.unseenFaults).toEqual([])
    expect(coverage.faultRatio).toBeNull()
  })

  it('puts an alert down to the fault of its own service, else to the latest before it', () => {
    const [first] = heldJournal().faults
    if (first === undefined) throw new Error('the made-up journal has a fault')
    const faults = [
      { ...first, fault: 'latency', service: 'quotes', injectedAtMs: ZERO_MS },
      { ...first, fault: 'kill', service: 'store', injectedAtMs: ZERO_MS + 1_000 },
    ]
    const both = run('kill', 'quotes', { ServiceDown: 1_500 }, { faults })
    const elsewhere = run('kill', 'redis', { CacheDown: 1_600 }, { faults })
    const { rows } = coverageOf([both, elsewhere], rules, 'lab')
    expect(
      rows.map(({ fault, cells }) => [fault, Object.entries(cells).map(([name, one]) => [name, one.medianMs])]),
    ).toEqual([
      ['kill', [['CacheDown', 600]]],
      ['latency', [['ServiceDown', 1_500]]],
    ])
  })

  it('puts down to no fault what the load alone has caused, before anything was done', () => {
    const journal = run('kill', 'store', { CacheDown: 2_000, ServiceDown: 9_500 })
    const [step] = journal.steps
    if (step === undefined) throw new Error('the made-up journal has a step')
    const { rows } = coverageOf(
      [
        {
          ...journal,
          faults: [],
          steps: [{ ...step, kind: 'action', text: 'configure store A=1', startedAtMs: ZERO_MS + 9_000, ok: true }],
          stages: journal.stages.map((one) =>
            one.name === 'injected' ? { ...one, atMs: null, sinceInjectedMs: null } : one,
          ),
        },
      ],
      rules,
      'lab',
    )
    expect(
      rows.map(({ fault, cells }) => [fault, Object.entries(cells).map(([name, one]) => [name, one.medianMs])]),
    ).toEqual([
      ['configure store A=1', [['ServiceDown', 500]]],
      ['no fault', [['CacheDown', 2_000]]],
    ])
  })

  it('reads alerts of journals without series from what they expected and what else fired', () => {
    const { rows } = coverageOf([{ ...deviatedJournal(), series: null }], rules, 'lab')
    expect(Object.keys(rows[0]?.cells ?? {}).sort()).toEqual(['CacheDown', 'ServiceDown'])
  })
})

describe('the reports of coverage', () => {
  const coverage = coverageOf([...crash, unseen, cache, deviatedJournal()], rules, 'lab')

  it('are these (npm run golden refreshes)', async () => {
    const golden = (name: string) => `../../test/golden/drill/${name}`
    const text = `${coverageLines(coverage, { color: false }).join('\n')}\n`
    await expect(text).toMatchFileSnapshot(golden('coverage.txt'))
    await expect(coverageHtml(coverage)).toMatchFileSnapshot(golden('coverage.html'))
  })

  it('fit in 100 columns, however many alerts fired', async () => {
    const fired = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`AnAlertWithALongName${index}`, index]))
    const many = Array.from({ length: 40 }, (_, index) => rule(`AnotherAlertWithALongName${index}`))
    const lines = coverageLines(coverageOf([run('kill', 'store', fired)], many, 'lab'), { color: false })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(lines).toContain('kill store  AnAlertWithALongName0   0.00 s ×1')
  })

  it('escape what journals name', () => {
    const page = coverageHtml(coverageOf([run(HOSTILE, HOSTILE, { [HOSTILE]: 5 })], [rule(HOSTILE)], 'lab'))
    expect(page.match(/<script/g)).toHaveLength(1)
  })
})
