import { describe, expect, it } from 'vitest'
import type { ActiveAlert, AlertRule } from '../../probes/prometheus.ts'
import type { AbortCondition } from './safety.ts'
import { type AbortWatchOptions, watchForAbort } from './watch-for-abort.ts'

const METRIC: AbortCondition = { metric: 'errors', is: { operator: '>', value: 5 } }
const ALERT: AbortCondition = { alert: { alert: 'Down', labels: { team: 'shop' } } }
const down = (labels: Record<string, string>, state: ActiveAlert['state'] = 'firing'): ActiveAlert => ({
  labels: { alertname: 'Down', ...labels },
  state,
  activeAtMs: 0,
})

interface Answers {
  values?: number[] | Error
  alerts?: ActiveAlert[]
  rules?: AlertRule[]
}

const rule = (alert: string, labels: Record<string, string> = {}): AlertRule => ({
  alert,
  labels,
  expr: 'up == 0',
  forMs: 0,
  evaluationMs: 1_000,
})

/** A Prometheus that gives the next answers at each look, and the last ones from then on. */
function prometheusOf(answers: readonly Answers[]): AbortWatchOptions['prometheus'] & { looks: number } {
  const at = (index: number) => answers[Math.min(index, answers.length - 1)] ?? {}
  const state = { looks: 0 }
  return {
    get looks() {
      return state.looks
    },
    async query() {
      const { values = [] } = at(state.looks++)
      if (values instanceof Error) throw values
      return values.map((value) => ({ labels: {}, atMs: 0, value }))
    },
    async alerts() {
      return at(state.looks++).alerts ?? []
    },
    async alertRules() {
      // They are asked for before the alerts.
      return at(state.looks).rules ?? [rule('Down')]
    },
  }
}

/** The reason for which a run is ended. */
function reasonFor(
  condition: AbortCondition | undefined,
  answers: readonly Answers[],
  options: { maxDurationMs?: number; blindMs?: number } = {},
): Promise<string> {
  const { maxDurationMs, ...others } = options
  return new Promise((resolve) => {
    watchForAbort(
      { abortWhen: condition === undefined ? [] : [condition], maxDurationMs },
      { prometheus: prometheusOf(answers), onAbort: resolve, ...others },
    )
  })
}

describe('watchForAbort', { timeout: 20_000 }, () => {
  it('ends a run when a metric passes, and says what it is', async () => {
    expect(await reasonFor(METRIC, [{ values: [1] }, { values: [1, 7] }])).toBe('abortWhen: errors > 5: errors is 7')
  })

  it('ends a run when an alert with those labels fires, and for no other one', async () => {
    const looks = [
      { alerts: [down({ team: 'cart' }), down({ team: 'shop' }, 'pending')] },
      { alerts: [down({ team: 'shop' })] },
    ]
    expect(await reasonFor(ALERT, looks)).toBe('abortWhen: Down{team="shop"} fires: it is firing')
  })

  it('ends a run when a condition cannot be read for long, and not for one answer that fails', async () => {
    const cut = new Error('connection refused')
    const text = await reasonFor(METRIC, [{ values: cut }], { blindMs: 600 })
    expect(text).toBe('abortWhen: errors > 5 could not be read for 600 ms: connection refused')
    const looks = [{ values: cut }, { values: [1] }, { values: cut }, { values: [9] }]
    expect(await reasonFor(METRIC, looks, { blindMs: 60_000 })).toContain('errors is 9')
  })

  it('goes on while an expression has no value for a moment', async () => {
    expect(await reasonFor(METRIC, [{ values: [] }, { values: [6] }])).toContain('errors is 6')
  })

  it.each<[string, AbortCondition, Answers, Answers, string]>([
    ['has no value', METRIC, { values: [1] }, { values: [] }, 'it has no value'],
    ['is NaN', METRIC, { values: [1] }, { values: [Number.NaN, Number.NaN] }, 'it is NaN'],
    ['has lost its rule', ALERT, {}, { rules: [rule('Up')] }, 'no rule defines the alert Down'],
    [
      'has a rule that gives it another label',
      ALERT,
      { rules: [rule('Down', { team: 'shop' })] },
      { rules: [rule('Down', { team: 'cart' })] },
      'they give {team="cart"}',
    ],
  ])(
    'ends a run when a condition %s for long: nobody would see it come true',
    async (_, condition, first, then, why) => {
      const text = await reasonFor(condition, [first, first, then], { blindMs: 600 })
      expect(text).toMatch(/^abortWhen: .* could not be read for 600 ms: /)
      expect(text).toContain(why)
    },
  )

  it('goes on while one of several values is a number', async () => {
    const looks = [{ values: [Number.NaN, 1] }, { values: [1, Number.NaN] }, { values: [Number.NaN, 8] }]
    expect(await reasonFor(METRIC, looks, { blindMs: 1 })).toContain('errors is 8')
  })

  it('ends a run when its longest time is over', async () => {
    expect(await reasonFor(undefined, [], { maxDurationMs: 50 })).toContain('maxDuration: the run has lasted 50 ms')
  })

  it('asks nothing any more once it is stopped', async () => {
    const prometheus = prometheusOf([{ values: [1] }])
    const ended: string[] = []
    const stop = watchForAbort(
      { abortWhen: [METRIC], maxDurationMs: 100 },
      { prometheus, onAbort: (why) => ended.push(why) },
    )
    stop()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(ended).toEqual([])
    expect(prometheus.looks).toBeLessThanOrEqual(1)
  })
})
