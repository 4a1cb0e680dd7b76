import { afterEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { IncidentView } from './incident/incident-view.ts'
import { TestServer } from './test-server.ts'

let server: TestServer
afterEach(() => server.remove())

const heartbeat = () =>
  server.deliver({
    groupKey: 'watchdog',
    alerts: [{ status: 'firing', labels: { alertname: 'Watchdog' }, startsAt: '2026-01-01T00:00:00Z' }],
  })
const incidents = async () => (await server.get<{ incidents: IncidentView[] }>('/incidents')).incidents
const missing = (status: string) =>
  waitUntil(
    async () => {
      const [incident] = await incidents()
      return incident?.status === status ? done(incident) : notYet(JSON.stringify(incident))
    },
    { what: `WatchdogMissing to be ${status}`, timeoutMs: 20_000, intervalMs: 10 },
  )

describe('a responder that receives nothing any more', () => {
  it('raises the alarm itself and notifies a person; the next heartbeat ends it', async () => {
    server = await TestServer.start({ watchdogEveryMs: 700 })
    expect((await heartbeat()).body).toEqual({ received: 1 })
    expect(await incidents()).toEqual([])
    expect(await missing('escalated')).toMatchObject({ alertname: 'WatchdogMissing', labels: { severity: 'critical' } })
    await heartbeat()
    await missing('resolved')
  })

  it('shows when it last arrived, so that others may notice as well', async () => {
    server = await TestServer.start()
    const before = Date.now() / 1_000
    expect(await server.metric('responder_watchdog_timestamp_seconds')).toBe(0)
    await heartbeat()
    expect(await server.metric('responder_watchdog_timestamp_seconds')).toBeGreaterThanOrEqual(before)
  })
})
