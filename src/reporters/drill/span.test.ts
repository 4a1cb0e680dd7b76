import { describe, expect, it } from 'vitest'
import { heldJournal } from '../../drills/journal/test-journal.ts'
import { zeroOf } from '../text/sentences.ts'
import { alertsOf } from './span.ts'

const held = heldJournal()
const ZERO_MS = zeroOf(held)

const alert = (alertname: string, pendingAtMs: number, firingAtMs: number | null) => ({
  alertname,
  labels: { alertname, service: 'store', severity: 'warning' },
  pendingAtMs: ZERO_MS + pendingAtMs,
  firingAtMs: firingAtMs === null ? null : ZERO_MS + firingAtMs,
  endedAtMs: null,
})

describe('alertsOf', () => {
  it('says what an alert was and when, within the span, and nothing of a budget that was burnt before', () => {
    const burning = alert('StoreAvailabilityBudgetBurn', -60_000, -9_000)
    const { alertname, labels } = burning
    const alerts = [burning, alert('ServiceDown', 200, 300), alert('CacheDown', -9_000, null)]
    const journal = {
      ...held,
      series: held.series && { ...held.series, alerts },
      carriedAlerts: [{ alertname, labels, activeAtMs: ZERO_MS - 60_000, firedAtMs: ZERO_MS - 9_000 }],
    }
    expect(alertsOf(journal, [-5, 10])).toEqual([
      { kind: 'pending', name: 'ServiceDown store', from: 0.2, to: 0.3 },
      { kind: 'firing', name: 'ServiceDown store', from: 0.3, to: 10 },
      { kind: 'pending', name: 'CacheDown store', from: -5, to: 10 },
    ])
  })
})
