import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { openReceiver } from './open-receiver.ts'
import { type Receiver, startReceiver } from './receiver.ts'

const TOKEN = 'a-token-of-a-test-that-is-long'
const ENV = { RECEIVER_TOKEN: TOKEN }
const opened: Receiver[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function start(url?: string): Promise<Receiver> {
  const receiver = await startReceiver({ listen: { host: '127.0.0.1', port: 0 }, token: TOKEN, url })
  opened.push(receiver)
  return receiver
}

const post = (receiver: Receiver, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${receiver.place}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const bearer = { authorization: `Bearer ${TOKEN}` }
const delivery = (status: string, labels: Record<string, string>) => ({
  version: '4',
  groupKey: '{}:{alertname="ShopDown"}',
  status,
  receiver: 'team-pager',
  alerts: [{ status, labels, startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-01-01T00:05:00Z' }],
})
const down = { alertname: 'ShopDown', job: 'shop' }

describe('a receiver', () => {
  it("takes Alertmanager's webhook, with the token in the header", async () => {
    const receiver = await start()
    const sentMs = Date.now()
    expect((await post(receiver, '/alertmanager', delivery('firing', down), bearer)).status).toBe(200)
    expect((await post(receiver, '/alertmanager', delivery('resolved', down), bearer)).status).toBe(200)
    const [alert, ...others] = await receiver.received(0)
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      form: 'alertmanager',
      receiver: 'team-pager',
      alertname: 'ShopDown',
      labels: down,
      startsAtMs: Date.parse('2026-01-01T00:00:00Z'),
      endsAtMs: Date.parse('2026-01-01T00:05:00Z'),
      notifications: 1,
    })
    expect(alert?.receivedAtMs).toBeGreaterThanOrEqual(sentMs)
    expect(alert?.resolvedAtMs).toBeGreaterThanOrEqual(alert?.receivedAtMs ?? Number.NaN)
  })

  it('takes the token at the end of the path, and answers each sender as it wants', async () => {
    const receiver = await start()
    const slack = await post(receiver, `/slack/${TOKEN}`, { attachments: [{ title: '[FIRING:1] ShopDown' }] })
    expect([slack.status, await slack.text()]).toEqual([200, 'ok'])
    const event = { event_action: 'trigger', dedup_key: 'a', payload: { summary: 'ShopDown' } }
    expect((await post(receiver, `/pagerduty/${TOKEN}`, event)).status).toBe(202)
    expect((await receiver.received(0)).map(({ form }) => form)).toEqual(['slack', 'pagerduty'])
  })

  it.each([
    ['without a token', '/alertmanager', {}],
    ['with another token', '/alertmanager', { authorization: 'Bearer another' }],
    ['with another token in the path', '/slack/another', {}],
  ])('refuses a notification %s, and says nothing of what it has', async (_, path, headers: Record<string, string>) => {
    const receiver = await start()
    const answer = await post(receiver, path, delivery('firing', down), headers)
    expect(answer.status).toBe(401)
    expect(await answer.text()).not.toContain(TOKEN)
    expect((await fetch(`${receiver.place}/received`, { headers })).status).toBe(401)
    expect(await receiver.received(0)).toEqual([])
  })

  it.each([
    ['/alertmanager', '{', 400],
    ['/alertmanager', '{"alerts":7}', 400],
    ['/slack', '{', 400],
    ['/slack', JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) }), 413],
  ])('refuses at %s what is no notification', async (path, body, status) => {
    const receiver = await start()
    expect((await post(receiver, path, body, bearer)).status).toBe(status)
  })

  it('takes a notification of any length', async () => {
    const receiver = await start()
    const alerts = Array.from({ length: 900 }, (_, n) => ({
      status: 'firing',
      labels: { ...down, n: String(n) },
      annotations: { description: 'y'.repeat(4_000) },
      startsAt: '2026-01-01T00:00:00Z',
    }))
    const body = { receiver: 'team-pager', groupKey: 'g', alerts }
    expect((await post(receiver, '/alertmanager', body, bearer)).status).toBe(200)
    const received = await receiver.received(0)
    expect(received).toHaveLength(900)
    expect(received[0]?.receiver).toBe('team-pager')
  })

  it('answers under the name by which senders reach it, and under no other', async () => {
    const receiver = await start('http://host.docker.internal:9199')
    const asked = (host: string) => statusOf(`${receiver.place}/health`, host)
    expect(await asked('host.docker.internal:9199')).toBe(200)
    expect(await asked('evil.example')).toBe(421)
  })
})

/** fetch chooses the Host header itself. */
function statusOf(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end()
  })
}

describe('the receiver of a run', () => {
  it('is one of its own where nobody listens', async () => {
    const first = await start()
    const listen = first.place.replace('http://', '')
    await opened.splice(0)[0]?.close()
    const own = await openReceiver({ listen, tokenFrom: 'RECEIVER_TOKEN' }, ENV)
    opened.push(own)
    await post(own, '/alertmanager', delivery('firing', down), bearer)
    expect(await own.received(0)).toHaveLength(1)
  })

  it('reads from the one that listens there already, or at a URL', async () => {
    const standing = await start()
    await post(standing, '/alertmanager', delivery('firing', down), bearer)
    const listen = standing.place.replace('http://', '')
    for (const place of [{ listen }, { url: standing.place }]) {
      const reached = await openReceiver({ ...place, tokenFrom: 'RECEIVER_TOKEN' }, ENV)
      expect(await reached.received(0)).toEqual(await standing.received(0))
      expect(await reached.received(Date.now() + 60_000)).toEqual([])
      await reached.close()
    }
    expect(await standing.received(0)).toHaveLength(1)
  })

  it('is refused where another token is wanted, or nobody answers', async () => {
    const standing = await start()
    const listen = standing.place.replace('http://', '')
    const other = { RECEIVER_TOKEN: 'another-token-that-is-long' }
    await expect(openReceiver({ listen, tokenFrom: 'RECEIVER_TOKEN' }, other)).rejects.toMatchObject({
      code: 'FD_RECEIVER_UNAVAILABLE',
    })
    await expect(openReceiver({ url: 'http://127.0.0.1:1', tokenFrom: 'RECEIVER_TOKEN' }, ENV)).rejects.toMatchObject({
      code: 'FD_RECEIVER_UNAVAILABLE',
    })
  })

  it.each([[undefined], [''], ['short'], ['has spaces in it, many']])(
    'wants a token that is a secret, not %j',
    async (token) => {
      const place = { listen: '127.0.0.1:0', tokenFrom: 'RECEIVER_TOKEN' }
      await expect(openReceiver(place, { RECEIVER_TOKEN: token })).rejects.toMatchObject({ code: 'FD_RECEIVER_TOKEN' })
    },
  )
})
