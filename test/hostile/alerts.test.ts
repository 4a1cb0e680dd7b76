import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { type Attacked, ask, counted, readAttacked } from './attacked.ts'

let attacked: Attacked
beforeAll(async () => {
  attacked = await readAttacked()
})

const deliver = (body: string) =>
  ask(attacked.urls.responder, '/webhook', {
    method: 'POST',
    headers: { authorization: `Bearer ${attacked.secrets.webhook}`, 'content-type': 'application/json' },
    body,
  })
/** An alert that no rule of the policy knows: it is written down and nothing else. */
const alert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HostileTest' },
  annotations: {},
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  ...more,
})
const delivery = (more: object) =>
  JSON.stringify({
    version: '4',
    groupKey: 'hostile',
    status: 'firing',
    receiver: 'responder',
    alerts: [alert()],
    ...more,
  })

const ALERTS: object[] = [
  {},
  { labels: {} },
  { labels: { alertname: '' } },
  { labels: { alertname: '__proto__' } },
  { labels: { alertname: 'constructor', service: 'toString', instance: '__proto__' } },
  { labels: { alertname: 'HostileTest', service: '../../etc', instance: '$(id)' } },
  { labels: { alertname: 'HostileTest', service: 'store; rm -rf /', instance: '`id`' } },
  { labels: { alertname: 'HostileTest', service: 'store', instance: 'quotes-1' } },
  { labels: { alertname: 'HostileTest', service: 'x'.repeat(4_000) } },
  { labels: Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`l${index}`, 'v'])) },
  { labels: { alertname: '<script>alert(1)</script>' } },
  { labels: { alertname: 'HostileTest', é: 'ü', '': 'empty' } },
  { annotations: { summary: 'x'.repeat(100_000) } },
  { annotations: { runbook_url: 'javascript:alert(1)' } },
  { startsAt: '0001-01-01T00:00:00Z' },
  { startsAt: '9999-12-31T23:59:59Z' },
  { startsAt: '2026-01-01T00:00:00.123456789+14:00' },
  { endsAt: '2025-01-01T00:00:00Z' },
  { endsAt: '9999-12-31T23:59:59Z' },
  { status: 'resolved', endsAt: '2026-01-01T00:00:01Z' },
  { status: 'resolved' },
  { generatorURL: 'file:///etc/passwd' },
  { generatorURL: 'x'.repeat(10_000) },
  { fingerprint: '' },
  { fingerprint: '../../../x' },
  { unknown: { deep: [1, 2, { a: null }] } },
  { labels: { alertname: 'HostileTest', severity: 'none' } },
]
const ENVELOPES: object[] = [
  { alerts: [] },
  { version: '3' },
  { version: 4 },
  { version: '' },
  { groupKey: '' },
  { groupKey: 'x'.repeat(10_000) },
  { truncatedAlerts: -1 },
  { truncatedAlerts: 1e308 },
  { status: 'resolved' },
  { status: 'no such' },
  { receiver: '' },
  { externalURL: 'http://evil.example' },
  { commonLabels: null },
  { groupLabels: [] },
  { alerts: Array.from({ length: 200 }, () => alert()) },
  { alerts: [alert(), alert({ status: 'resolved' })] },
  { more: 'than known' },
]
const BROKEN = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"alerts":{}}',
  '{"alerts":[null]}',
  '{"alerts":[{"labels":{"alertname":1}}]}',
]

/** Everything that ends a line, a string or a terminal's patience. */
const CONTROLS = [
  'a\nb',
  'a\r\nb',
  'a\u2028b',
  'a\u2029b',
  'a\u0000b',
  '\u001b[2J\u001b]0;x\u0007',
  '\u202eabc',
  '\u009b31m',
  '"},{"event":"opened"',
  '\ud800',
  '\udfff\ud800',
  '\\u000a{"seq":0}',
]

describe('the responder', () => {
  it('accepts everything that Alertmanager could send, fails at nothing, and stays up', async () => {
    const before = attacked.view.services.find((one) => one.name === 'responder')?.replicas[0]?.pid
    const bodies = [...ALERTS.map((more) => delivery({ alerts: [alert(more)] })), ...ENVELOPES.map(delivery)]
    for (const body of [...bodies, ...BROKEN]) {
      const { status } = await answered(body)
      expect([200, 400, 413], body.slice(0, 200)).toContain(status)
      if (BROKEN.includes(body)) expect(status, body).toBe(400)
    }
    const { view } = await readAttacked()
    expect(view.services.find((one) => one.name === 'responder')?.replicas[0]).toMatchObject({
      pid: before,
      state: 'healthy',
    })
    counted(
      'Alertmanager payloads: alerts, envelopes, broken bodies',
      bodies.length + BROKEN.length,
      'no 5xx, the same process',
    )
  })

  it('writes each record as one line of JSON, with any labels', async () => {
    for (const [index, text] of CONTROLS.entries()) {
      const labels = { alertname: 'HostileTest', text, index: String(index) }
      expect((await answered(delivery({ alerts: [alert({ labels })] }))).status).toBe(200)
    }
    const path = join(attacked.state, 'data', 'responder', 'incident_log.jsonl')
    const opened = await waitUntil(
      async () => {
        const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
        const records = lines.map((line) => JSON.parse(line) as { event: string; labels?: Record<string, string> })
        const ours = records.filter(({ event, labels }) => event === 'opened' && labels?.text !== undefined)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        const raw = lines.filter((line) => /[\u0000-\u001f]/.test(line))
        expect(raw).toEqual([])
        return ours.length === CONTROLS.length ? done(ours) : notYet(`${ours.length} of ${CONTROLS.length}`)
      },
      { what: 'every alert to be written down', timeoutMs: 10_000, intervalMs: 100 },
    )
    expect(opened.length).toBe(CONTROLS.length)
    counted('injection into the incident log', CONTROLS.length, 'always one line of JSON')
  })
})

/** A delivery that is put off for its number is made again, as Alertmanager does. */
function answered(body: string) {
  return waitUntil(
    async () => {
      const answer = await deliver(body)
      return answer.status === 503 || answer.status === 429 ? notYet(String(answer.status)) : done(answer)
    },
    { what: 'the delivery to be answered', timeoutMs: 20_000, intervalMs: 250 },
  )
}
