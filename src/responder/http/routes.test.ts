import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseJsonLines } from '../../base/files/json-lines.ts'
import type { LimitView } from '../decide/limits.ts'
import type { IncidentStory, IncidentView } from '../incident/incident-view.ts'
import type { LogRecord } from '../incident/record.ts'
import { CONTROL_TOKEN, MAINTENANCE_TOKEN, TestServer, WEBHOOK_TOKEN } from '../test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start()
})
afterEach(() => server.remove())

const START = '2026-01-01T00:00:00Z'
const down = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
const delivery = (labels: Record<string, string> = down, status = 'firing') => ({
  version: '4',
  groupKey: '{}:{}',
  alerts: [{ status, labels, startsAt: START, endsAt: START, fingerprint: '0' }],
})
const incidents = async () => (await server.get<{ incidents: IncidentView[] }>('/incidents')).incidents
const records = async () => parseJsonLines<LogRecord>(await readFile(server.log, 'utf8'))

describe('POST /webhook', () => {
  it('answers Alertmanager as soon as the alerts are on disk, with no more than it reads', async () => {
    const { status, body } = await server.deliver(delivery())
    expect([status, body]).toEqual([200, { received: 1 }])
    expect((await records())[0]).toMatchObject({ event: 'opened', alertname: 'ServiceDown', labels: down })
  })

  it('answers a person who posts a bare alert with what was done about it', async () => {
    server.stack.get('store-1').state = 'exited'
    const { status, body } = await server.deliver({
      alerts: [{ labels: { alertname: 'ServiceDown', severity: 'critical' } }],
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ received: 1, incidents: [{ number: 1, alertname: 'ServiceDown' }] })
    expect(JSON.stringify(body)).toContain('restarted store-1')
    expect(server.stack.did).toEqual(['restart store-1'])
  })

  it('answers a person that nothing is known of an alert, and does nothing', async () => {
    const { body } = await server.deliver({ alerts: [{ labels: { alertname: 'Unheard' } }] })
    expect(body).toMatchObject({
      incidents: [{ status: 'ignored', said: expect.stringContaining('no rule of the policy matches the alert') }],
    })
    expect(server.stack.did).toEqual([])
  })

  it('wants its own token: none, a wrong one and that of control do not open it', async () => {
    for (const token of ['', 'wrong', CONTROL_TOKEN]) {
      const { status, body } = await server.deliver(delivery(), token)
      expect([status, body.code]).toEqual([401, 'FD_HTTP_UNAUTHORIZED'])
    }
    expect(await incidents()).toEqual([])
    expect(await server.metric('responder_refused_total{reason="token"}')).toBe(3)
  })

  it('stops looking at wrong tokens when they come in numbers, and still takes the right one', async () => {
    const statuses = new Map<number, number>()
    for (let tries = 0; tries < 150; tries++) {
      const { status } = await server.deliver(delivery(), 'guess')
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect([...statuses.keys()].sort()).toEqual([401, 429])
    expect((await server.deliver(delivery())).status).toBe(200)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
    'refuses a delivery of the type %s',
    async (type) => {
      const { status, body } = await server.deliver(delivery(), undefined, { 'content-type': type })
      expect([status, body.code]).toEqual([415, 'FD_HTTP_UNSUPPORTED_MEDIA_TYPE'])
    },
  )

  it('refuses a body that is too large before it is read', async () => {
    const headers = { authorization: `Bearer ${WEBHOOK_TOKEN}`, 'content-type': 'application/json' }
    const asked = request(`${server.url}/webhook`, {
      method: 'POST',
      headers: { ...headers, 'content-length': 257 * 1024 * 1024 },
    })
    asked.on('error', () => undefined).write('{')
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(413)
    asked.destroy()
  })

  it.each([
    ['no object', '[]', '/body must be object'],
    ['no alerts', '{}', '/body/alerts must be array'],
    ['an empty list', '{"alerts":[]}', '/body/alerts must have from 1 to 1000 items'],
    ['no labels', '{"alerts":[{}]}', '/body/alerts/0/labels must be object'],
    ['a label that is no text', '{"alerts":[{"labels":{"a":1}}]}', '/body/alerts/0/labels/a must be string'],
    ['endless labels', JSON.stringify({ alerts: [{ labels: { a: 'x'.repeat(65_537) } }] }), 'at most 65536 characters'],
    ['an unknown status', '{"alerts":[{"labels":{},"status":"burning"}]}', '/body/alerts/0/status must be firing or'],
    [
      'a time that is not valid',
      '{"alerts":[{"labels":{},"startsAt":"noon"}]}',
      '/body/alerts/0/startsAt must be a time',
    ],
    [
      'a truncation that is not valid',
      '{"alerts":[{"labels":{}}],"truncatedAlerts":-1}',
      '/body/truncatedAlerts must be',
    ],
    ['no JSON', '{"alerts":', 'JSON'],
  ])('refuses %s, and says what is wrong with it', async (_what, body, said) => {
    const answer = await server.deliver(body)
    expect([answer.status, answer.body.code]).toEqual([400, 'FD_HTTP_INVALID'])
    expect(answer.body.detail).toContain(said)
    expect(await incidents()).toEqual([])
  })

  describe('with a bad alert among good ones', () => {
    const good = delivery().alerts[0]
    const group = (...alerts: unknown[]) => ({ groupKey: '{}:{}', alerts })
    const names = async () => (await incidents()).map((one) => one.labels.n)
    const numbered = (n: number) => ({ ...good, labels: { alertname: 'Unheard', n: String(n) } })
    const refusals = async () => (await records()).flatMap((one) => (one.event === 'refused' ? [one] : []))

    it.each([
      ['one without labels', { status: 'firing' }, 'labels must be object'],
      ['one that is no object', 7, 'must be object'],
      ['a label that is no text', { labels: { alertname: 'Odd', a: 1 } }, 'labels/a must be string ("Odd")'],
      ['endless labels', { labels: { alertname: 'Odd', a: 'x'.repeat(70_000) } }, 'at most 65536 characters ("Odd")'],
      ['a time that is not valid', { labels: {}, startsAt: 'noon' }, 'startsAt must be a time'],
    ])('takes the good ones beside %s, and writes down why it left that out, once', async (_what, bad, why) => {
      server.stack.get('store-1').state = 'exited'
      for (let times = 0; times < 3; times++) expect((await server.deliver(group(bad, good))).status).toBe(200)
      await vi.waitFor(() => expect(server.stack.did).toEqual(['restart store-1']), { timeout: 20_000 })
      expect(await refusals()).toMatchObject([{ alerts: 1, reason: expect.stringContaining(why) }])
      expect(await server.metric('responder_alerts_refused_total{reason="unreadable"}')).toBe(3)
    })

    it('answers Alertmanager with 200 also when no alert is good: it would drop the group for good', async () => {
      expect(await server.deliver(group({}))).toMatchObject({ status: 200, body: { received: 0 } })
      expect(await refusals()).toHaveLength(1)
    })

    it('answers a person with what was left out', async () => {
      const { status, body } = await server.deliver({ alerts: [good, { labels: { a: 1 } }] })
      expect([status, body.received, body.refused]).toEqual([200, 1, ['/body/alerts/1/labels/a must be string']])
    })

    it('takes the first thousand of a group, and counts the rest', async () => {
      const all = Array.from({ length: 1_007 }, (_, n) => numbered(n))
      expect(await server.deliver(group(...all))).toMatchObject({ status: 200, body: { received: 1_000 } })
      expect(await names()).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n)))
      expect(await server.metric('responder_alerts_refused_total{reason="too_many"}')).toBe(7)
    })

    it('takes a group of any length, and of it no more than it reads', async () => {
      const long = { ...numbered(1), annotations: { text: 'ä"\\'.repeat(1_000_000) } }
      const answer = await server.deliver(
        group(numbered(0), long, 7, { ...good, labels: { x: 'y'.repeat(600_000) } }, numbered(2)),
      )
      expect(answer).toMatchObject({ status: 200, body: { received: 3 } })
      expect(await names()).toEqual(['0', '1', '2'])
      expect(await server.metric('responder_alerts_refused_total{reason="unreadable"}')).toBe(2)
    })

    it('cuts long labels, and still distinguishes alerts by the whole of them', async () => {
      const poison = (end: string) => ({ ...good, labels: { x: `${'y'.repeat(5_000)}${end}`, ...down } })
      await server.deliver(group(poison('1'), poison('2'), poison('1')))
      const found = await incidents()
      expect(found).toHaveLength(2)
      expect(found[0]?.labels).toMatchObject(down)
      expect(found[0]?.labels.x).toMatch(/^y{4089}… \(cut\)$/)
      expect((await records())[0]).toMatchObject({ shortened: 'x is cut from 5001 to 4096 characters' })
    })
  })

  it('says everything that is wrong with a delivery at once', async () => {
    const { body } = await server.deliver({ alerts: [{ labels: { a: 1 } }, { status: 'on' }] })
    for (const said of ['/alerts/0/labels/a', '/alerts/1/status', '/alerts/1/labels'])
      expect(body.detail).toContain(said)
  })

  it('lets nothing of an alert reach the stack but names', async () => {
    for (const service of ['../../etc', 'store; reboot', '$(reboot)', 'STORE', 'store\n'])
      await server.deliver(delivery({ ...down, service, instance: service }))
    expect(server.stack.did).toEqual([])
    const stories = await incidents()
    expect(stories.map((one) => one.target)).toEqual(['', '', '', '', ''])
    expect(stories[0]).toMatchObject({ status: 'escalated', decision: { suppressed: 'unknown_target' } })
  })
})

describe('the rate of deliveries', () => {
  it('is bounded: what is too much is refused with 503 and a time to come back', async () => {
    const narrow = await TestServer.start({ maxDeliveriesPerSecond: 1 })
    try {
      const answers = await Promise.all(Array.from({ length: 15 }, () => narrow.deliver(delivery())))
      const refused = answers.filter((one) => one.status === 503)
      expect(refused.length).toBeGreaterThanOrEqual(4)
      expect(refused[0]?.body.code).toBe('FD_RESPONDER_BUSY')
      expect(refused[0]?.headers.get('retry-after')).toBe('1')
      expect(await narrow.metric('responder_refused_total{reason="rate"}')).toBe(refused.length)
    } finally {
      await narrow.remove()
    }
  })
})

describe('GET /incidents', () => {
  it('lists them, and shows one by its number and by its id', async () => {
    await server.deliver(delivery({ alertname: 'Unheard', service: 'store' }))
    const [incident] = await incidents()
    expect(incident).toMatchObject({ number: 1, alertname: 'Unheard', status: 'ignored', target: 'store' })
    const story = await server.get<IncidentStory>('/incidents/1')
    expect(story.timeline.map((one) => one.event)).toEqual(['opened', 'suppressed'])
    expect(await server.get('/incidents/1')).toEqual(await server.get(`/incidents/${incident?.id}`))
  })

  it('says so when no incident has that number', async () => {
    const answer = await fetch(`${server.url}/incidents/77`)
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'FD_RESPONDER_UNKNOWN_INCIDENT' }])
  })
})

describe('GET /limits', () => {
  it('shows which target was repaired as often as is allowed, and until when', async () => {
    const limits = () => server.get<{ limits: LimitView[] }>('/limits')
    for (let times = 1; times <= 3; times++) await repairStore()
    expect(await limits()).toEqual({ limits: [] })
    await repairStore()
    const [limit] = (await limits()).limits
    expect(limit).toMatchObject({ guard: 'target_limit', service: 'store', target: 'store-1' })
    expect(limit?.detail).toBe('4 actions on store-1 within 10 min')
    expect(limit?.untilMs).toBeGreaterThan(Date.now() + 590_000)
    expect(limit?.untilMs).toBeLessThanOrEqual(Date.now() + 600_000)
  })

  async function repairStore(): Promise<void> {
    const [alert] = delivery().alerts
    server.stack.get('store-1').state = 'exited'
    const before = server.stack.did.length
    const startsAt = new Date().toISOString()
    const send = (status: string) => server.deliver({ ...delivery(), alerts: [{ ...alert, status, startsAt }] })
    await send('firing')
    await vi.waitFor(
      async () => {
        expect(server.stack.did).toHaveLength(before + 1)
        expect((await incidents()).every(({ inProgress }) => !inProgress)).toBe(true)
      },
      { timeout: 20_000 },
    )
    await send('resolved')
  }
})

describe('PUT /maintenance', () => {
  const put = (token: string) =>
    fetch(`${server.url}/maintenance`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'store', forMs: 60_000, why: 'upgrade' }),
    })

  it('wants a token of its own: who may report alerts, or repair, may not silence the responder', async () => {
    expect((await put('the-webhook-token')).status).toBe(401)
    expect((await put(CONTROL_TOKEN)).status).toBe(401)
    expect(await server.get('/maintenance')).toEqual({ maintenance: [] })
    expect((await put(MAINTENANCE_TOKEN)).status).toBe(200)
    expect(await server.get('/maintenance')).toMatchObject({ maintenance: [{ service: 'store', why: 'upgrade' }] })
  })
})
