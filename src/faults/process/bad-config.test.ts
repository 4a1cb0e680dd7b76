import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPrometheus, type TestPrometheus } from '../prometheus/test-prometheus.ts'
import { injection } from '../test-victim.ts'
import { badConfig } from './bad-config.ts'

let prometheus: TestPrometheus
beforeAll(async () => {
  prometheus = await startPrometheus()
})
afterAll(() => prometheus?.close())

describe('bad-config', () => {
  it('lands when Prometheus says that it could not read its configuration, and lets it read again', async () => {
    const fault = await badConfig.start(prometheus.subject, {}, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: 'prometheus-1 says prometheus_config_last_reload_successful 0',
    })
    expect(await fault.undo()).toEqual({ changed: true, detail: 'the rules of bad-config are removed' })
    expect(await prometheus.get('/metrics')).toContain('prometheus_config_last_reload_successful 1\n')
    expect(await prometheus.get('/api/v1/rules')).not.toContain('firedrill')
    expect(await fault.undo()).toMatchObject({ changed: false })
  })
})
