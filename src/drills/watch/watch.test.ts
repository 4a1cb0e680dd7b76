import { describe, expect, it } from 'vitest'
import type { HeldAlert } from '../../probes/alertmanager.ts'
import { Observations } from '../evidence/observations.ts'
import { SteadyRecord } from '../evidence/steady-record.ts'
import { SourceHealth } from './source-health.ts'
import { startHeldWatch } from './watch.ts'

const HELD: HeldAlert = {
  labels: { alertname: 'Calm' },
  startsAtMs: 5,
  updatedAtMs: 6,
  status: 'suppressed',
  suppression: { inhibitedBy: [], silencedBy: ['s-1'], mutedBy: [] },
}
const SILENCE = { id: 's-1', comment: 'deploy', createdBy: 'alice', endsAtMs: 0, matchers: [] }

describe('the watch of what Alertmanager holds', () => {
  it('keeps an alert that comes and goes, and by what it was held back', async () => {
    const observations = new Observations(new SteadyRecord([], 0), [])
    let stop: () => Promise<void> = async () => undefined
    await new Promise<void>((resolve) => {
      let looks = 0
      const alerts = async () => {
        looks += 1
        if (looks > 3) resolve()
        return looks > 2 ? [] : [HELD]
      }
      const alertmanager = { alerts, silences: async () => [SILENCE] }
      stop = startHeldWatch({ alertmanager, observations, health: new SourceHealth() }).stop
    })
    await stop()
    const [held, ...others] = observations.heldAlerts
    expect(held).toMatchObject({ labels: HELD.labels, states: [{ heldBack: HELD.suppression }] })
    expect(held?.endedAtMs).toBeGreaterThan(held?.states[0]?.fromMs ?? 0)
    expect(others).toEqual([])
    expect(observations.silences).toEqual([SILENCE])
  })
})
