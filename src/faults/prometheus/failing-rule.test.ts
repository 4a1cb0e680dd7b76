import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { failingRule } from './failing-rule.ts'
import { startPrometheus, type TestPrometheus } from './test-prometheus.ts'

let prometheus: TestPrometheus
beforeAll(async () => {
  prometheus = await startPrometheus()
})
afterAll(() => prometheus?.close())

describe('failing-rule', () => {
  it('lands when the rule has failed once, and takes it away', async () => {
    const fault = await failingRule.start(prometheus.subject, {}, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: expect.stringMatching(/^the rule fails: found duplicate series/),
    })
    expect(await fault.undo()).toEqual({ changed: true, detail: 'the rules of failing-rule are removed' })
    expect(await prometheus.get('/metrics')).toContain('prometheus_config_last_reload_successful 1\n')
    expect(await prometheus.get('/api/v1/rules')).not.toContain('firedrill')
    expect(await fault.undo()).toMatchObject({ changed: false })
  })
})
