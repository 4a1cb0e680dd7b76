import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseJsonLines } from '../base/json-lines.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { Incident, IncidentRecord } from './incident.ts'
import { type Actuator, Responder } from './responder.ts'
import type { Webhook } from './webhook.ts'

let folder: string
let log: string
let responder: Responder | undefined

/** A store that is down until it is restarted; remembers what was done to it. */
class Store implements Actuator {
  state = 'exited'
  sinceMs = 0
  restarts: string[] = []
  failWith: Error | undefined
  async replicas() {
    return [{ id: 'store-1', state: this.state, sinceMs: this.sinceMs }]
  }
  async restart({ replica }: { replica: string }) {
    this.restarts.push(replica)
    if (this.failWith) throw this.failWith
    this.state = 'healthy'
    this.sinceMs = Date.now()
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-responder-'))
  log = join(folder, 'incident_log.jsonl')
})
afterEach(async () => {
  await responder?.close()
  responder = undefined
  await rm(folder, { recursive: true })
})

async function open(actuator: Actuator, run = 'one', cooldownMs = 0): Promise<Responder> {
  responder = await Responder.open({ log, run, actuator, cooldownMs, settleMs: 500 })
  return responder
}

const records = async () => parseJsonLines<IncidentRecord>(await readFile(log, 'utf8'))
const labels = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
const firing = (startsAt: string, more: Record<string, string> = {}): Webhook => ({
  version: '4',
  alerts: [{ status: 'firing', labels: { ...labels, ...more }, startsAt }],
})
const resolved = (startsAt: string): Webhook => ({
  alerts: [{ status: 'resolved', labels, startsAt, endsAt: '2026-01-01T00:00:09Z' }],
})
const T0 = '2026-01-01T00:00:00Z'

const settles = (predicate: (incident: Incident) => boolean) =>
  waitUntil(
    async () => {
      const incident = responder?.incidents().at(-1)
      return incident && predicate(incident) ? done(incident) : notYet(JSON.stringify(incident))
    },
    { what: 'the incident', timeoutMs: 2_000, intervalMs: 2 },
  )

describe('Responder', () => {
  it('restarts the replica that an alert names, and writes every step down', async () => {
    const store = new Store()
    await open(store)
    await responder?.receive(firing(T0), 1_000)
    const incident = await settles((one) => one.verifiedAtMs !== undefined)
    expect(store.restarts).toEqual(['store-1'])
    expect(incident).toMatchObject({
      status: 'acted',
      receivedAtMs: 1_000,
      actionOk: true,
      decision: { action: 'restart', target: 'store-1' },
    })
    expect((await records()).map((record) => record.event)).toEqual([
      'opened',
      'decided',
      'acting',
      'acted',
      'verified',
    ])
    await responder?.receive(resolved(T0), 9_000)
    expect(responder?.incidents()[0]).toMatchObject({
      status: 'resolved',
      resolvedAtMs: 9_000,
      endsAtMs: Date.parse('2026-01-01T00:00:09Z'),
    })
  })

  it('has an alert on disk before its delivery is answered', async () => {
    await open(new Store())
    await responder?.receive(firing(T0), 1_000)
    expect((await records())[0]).toMatchObject({ event: 'opened', alertname: 'ServiceDown' })
  })

  it('acts once however often the same alert is delivered', async () => {
    const store = new Store()
    await open(store)
    await Promise.all(Array.from({ length: 20 }, () => responder?.receive(firing(T0), 1_000)))
    await settles((one) => one.verifiedAtMs !== undefined)
    expect(store.restarts).toEqual(['store-1'])
    expect((await records()).filter((record) => record.event === 'opened')).toHaveLength(1)
  })

  it('leaves a replica alone that somebody has repaired since the alert began', async () => {
    const store = new Store()
    store.state = 'healthy'
    store.sinceMs = Date.parse(T0) + 100
    await open(store)
    await responder?.receive(firing(T0), 1_000)
    const incident = await settles((one) => one.decision !== undefined)
    expect(incident.decision?.suppressed).toBe('already_healthy')
    expect(store.restarts).toEqual([])
  })

  it('restarts a replica that hangs although it counts as healthy', async () => {
    const store = new Store()
    store.state = 'healthy'
    store.sinceMs = Date.parse(T0) - 60_000
    await open(store)
    await responder?.receive(firing(T0), 1_000)
    await settles((one) => one.verifiedAtMs !== undefined)
    expect(store.restarts).toEqual(['store-1'])
  })

  it.each([
    ['an alert that the policy does not know', { alertname: 'Unknown' }, 'no_policy'],
    ['a replica that does not exist', { instance: 'store-7' }, 'unknown_target'],
    ['labels that are no names', { instance: '../../etc/passwd' }, 'no_policy'],
    ['a service label with a path', { service: 'store/../../v1/down' }, 'no_policy'],
  ])('records %s and does nothing', async (_, more, suppressed) => {
    const store = new Store()
    await open(store)
    await responder?.receive(firing(T0, more), 1_000)
    const incident = await settles((one) => one.decision !== undefined)
    expect(incident.decision?.suppressed).toBe(suppressed)
    expect(store.restarts).toEqual([])
  })

  it('waits for the cooldown before it acts on the same target again', async () => {
    const store = new Store()
    await open(store, 'one', 150)
    await responder?.receive(firing(T0), 1_000)
    const first = await settles((one) => one.verifiedAtMs !== undefined)
    store.state = 'exited'
    await responder?.receive(firing('2026-01-01T00:01:00Z'), 2_000)
    const second = await settles((one) => one.id !== first.id && one.verifiedAtMs !== undefined)
    expect((second.actingAtMs ?? 0) - (first.actedAtMs ?? 0)).toBeGreaterThanOrEqual(149)
  })

  it('says that an action failed', async () => {
    const store = new Store()
    store.failWith = new Error('control is gone')
    await open(store)
    await responder?.receive(firing(T0), 1_000)
    const incident = await settles((one) => one.actedAtMs !== undefined)
    expect(incident).toMatchObject({ status: 'failed', actionOk: false, actionDetail: 'control is gone' })
  })

  it('takes up what a crash interrupted: opened, on disk, but not acted on', async () => {
    const opened: IncidentRecord = {
      incident: 'abc',
      atMs: 1,
      event: 'opened',
      run: 'one',
      alertname: 'ServiceDown',
      labels,
      startsAtMs: Date.parse(T0),
    }
    const { writeFile } = await import('node:fs/promises')
    await writeFile(log, `${JSON.stringify(opened)}\n{"incident":"torn`)
    const store = new Store()
    await open(store)
    await settles((one) => one.verifiedAtMs !== undefined)
    expect(store.restarts).toEqual(['store-1'])
  })

  it('closes what an earlier stack left open, and does not act on it', async () => {
    const store = new Store()
    store.failWith = new Error('down')
    await open(store)
    await responder?.receive(firing(T0), 1_000)
    await settles((one) => one.actedAtMs !== undefined)
    await responder?.close()
    store.restarts = []
    await open(store, 'two')
    expect(responder?.incidents()).toMatchObject([{ status: 'resolved' }])
    expect(store.restarts).toEqual([])
  })
})
