import { afterEach, describe, expect, it } from 'vitest'
import { newNonce, seal, sessionKey } from './seal.ts'
import { TestWorkers, TOKEN } from './test-workers.ts'

const tests = new TestWorkers()
afterEach(() => tests.close())

const post = async (place: string, body: unknown): Promise<Record<string, unknown>> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await fetch(`http://${place}/`, { method: 'POST', body: text })
  return (await answer.json()) as Record<string, unknown>
}

/** A session as somebody would have it who has this token. */
async function greet(place: string, token = TOKEN) {
  const coordinator = newNonce()
  const { session } = await post(place, { hello: coordinator })
  const worker = String(session)
  const key = sessionKey(token, { coordinator, worker })
  return (seq: number, call: unknown) => ({
    session: worker,
    ...seal(key, 'call', { seq, text: JSON.stringify(call) }),
  })
}

describe('a worker that listens', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no greeting', {}],
    ['a greeting that is no number used once', { hello: '../x' }],
    ['half a call', { session: 'x', seq: 1 }],
  ])('refuses %s', async (_, body) => {
    const { place } = await tests.start()
    expect(await post(place, body)).toEqual({ refused: 'form' })
  })

  it('takes a call once, and nothing from those who have not got the token', async () => {
    const { place } = await tests.start()
    const call = (await greet(place))(1, { kind: 'describe' })
    expect(await post(place, call)).toHaveProperty('mac')
    expect(await post(place, call)).toEqual({ refused: 'token' })
    const other = (await greet(place, 'another token'))(1, { kind: 'describe' })
    expect(await post(place, other)).toEqual({ refused: 'token' })
    expect(await post(place, { ...call, session: 'unknown', seq: 2 })).toEqual({ refused: 'session' })
  })

  it.each([
    ['no call', 'x'],
    ['a call that is not known', { kind: 'dance' }],
    ['a load without its parts', { kind: 'prepare', load: {} }],
    ['a start without a load', { kind: 'start', atMs: 0 }],
  ])('answers %s of its coordinator with an error, and goes on', async (_, call) => {
    const { place } = await tests.start()
    const sealed = await greet(place)
    const { text } = await post(place, sealed(1, call))
    expect(JSON.parse(String(text))).toHaveProperty('error.code')
    const { text: next } = await post(place, sealed(2, { kind: 'describe' }))
    expect(JSON.parse(String(next))).toMatchObject({ value: { threads: 1, pid: process.pid } })
  })

  it('keeps what a coordinator does not take, ends what it does not release, and is free again', async () => {
    const { place } = await tests.start({ leaseMs: 300 })
    const sealed = await greet(place)
    const options = {
      ...{ origins: ['http://127.0.0.1:1'], plan: { model: 'closed', users: 1, spawnRatePerSecond: 1 } },
      ...{ seed: 1, run: 'r', timeoutMs: 1_000, graceMs: 100, network: { allowRemote: false } },
    }
    const load = { coordinator: 'a test', journey: { name: 'browse' }, shares: [{ index: 0, of: 1 }], options }
    const { text } = await post(place, sealed(1, { kind: 'prepare', load }))
    expect(JSON.parse(String(text))).toMatchObject({ value: null })
    await expect.poll(() => tests.changes, { timeout: 20_000 }).toContain('free')
    const { text: late } = await post(place, sealed(2, { kind: 'poll', after: 0 }))
    expect(JSON.parse(String(late))).toMatchObject({ error: { code: 'FD_LOAD_WORKER_LOST' } })
  })

  it('holds no more sessions than it has room for, and not that of its coordinator', async () => {
    const { place } = await tests.start()
    const sealed = await greet(place)
    expect(await post(place, sealed(1, { kind: 'describe' }))).toHaveProperty('mac')
    for (let n = 0; n < 200; n += 1) await greet(place)
    expect(await post(place, sealed(2, { kind: 'describe' }))).toHaveProperty('mac')
  })

  it('says what it is to a browser, and where it cannot listen', async () => {
    const { place } = await tests.start()
    expect((await fetch(`http://${place}/`)).status).toBe(405)
    const port = Number(place.split(':').at(-1))
    await expect(tests.start({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'FD_LOAD_WORKER_LISTEN',
      details: { where: place },
    })
  })
})
