import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { slowRule } from './slow-rule.ts'
import { startPrometheus, type TestPrometheus } from './test-prometheus.ts'

let prometheus: TestPrometheus
beforeAll(async () => {
  prometheus = await startPrometheus()
})
afterAll(() => prometheus?.close())

describe('slow-rule', () => {
  it('lands when an evaluation took longer than the interval, and takes the rule away', async () => {
    const fault = await slowRule.start(prometheus.subject, {}, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: expect.stringMatching(/^an evaluation took \d\.\d+ s, and is due every 0\.02 s$/),
    })
    expect(await fault.undo()).toEqual({ changed: true, detail: 'the rules of slow-rule are removed' })
    expect(await prometheus.get('/metrics')).toContain('prometheus_config_last_reload_successful 1\n')
    expect(await prometheus.get('/api/v1/rules')).not.toContain('firedrill')
    expect(await fault.undo()).toMatchObject({ changed: false })
  })
})
