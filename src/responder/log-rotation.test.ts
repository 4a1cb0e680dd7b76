import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { readIncidentLog } from './incident/incident-log.ts'
import { parsePolicy } from './policy/policy-file.ts'
import { Responder } from './responder.ts'
import { TestStack } from './test-stack.ts'
import { readDelivery } from './webhook/webhook.ts'

const POLICY = `
guards: { cooldown: 1h, perTarget: { actions: 9, window: 1h } }
rules:
  - name: down
    match: { alertname: ServiceDown }
    ladder: [{ restart: target }]
    verify: { health: true, over: 0ms }
  - name: lag
    match: { alertname: Lag }
    ladder: [{ scale: { service: worker, to: 3 } }]
    verify: { health: true, over: 0ms }
`

let folder: string
let log: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-responder-'))
  log = join(folder, 'incident_log.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

const open = (actuator: TestStack) =>
  Responder.open({
    log,
    maxLogBytes: 4_096,
    run: 'one',
    policy: parsePolicy(POLICY, 'responder.yaml', 1),
    actuator,
    channels: {},
  })
const fire = (responder: Responder, alertname: string, service: string, number = 0) =>
  responder.receive(
    readDelivery(
      { alerts: [{ labels: { alertname, service }, startsAt: new Date(Date.UTC(2026, 0, 1) + number).toISOString() }] },
      Date.now(),
    ).alerts,
  )
const settled = (responder: Responder, number: number) =>
  waitUntil(
    async () => {
      const incident = responder.find(String(number))
      return incident?.settled === 'helped' ? done(undefined) : notYet(JSON.stringify(incident))
    },
    { what: `incident ${number}`, timeoutMs: 20_000, intervalMs: 5 },
  )

describe('the log of a responder, rotated many times', () => {
  it('loses no incident that is not over, no cooldown, and nothing that has to be scaled back', async () => {
    const stack = new TestStack()
    const first = await open(stack)
    await fire(first, 'ServiceDown', 'store')
    await fire(first, 'Lag', 'worker')
    await Promise.all([settled(first, 1), settled(first, 2)])
    for (let number = 0; number < 400; number++) await fire(first, 'Unheard', 'store', number)
    const before = first.incidents().length
    await first.close()
    const files = await readdir(folder)
    expect(files).toContain('incident_log.jsonl.5')
    expect(files).not.toContain('incident_log.jsonl.6')

    const second = await open(stack)
    try {
      expect(second.incidents().length).toBe(before)
      expect(stack.did).toEqual(['restart store-1', 'scale worker 3'])
      await fire(second, 'ServiceDown', 'store', Date.now() + 1_000 - Date.UTC(2026, 0, 1))
      await waitUntil(
        async () => (second.incidents().at(-1)?.suppressed.length ? done(undefined) : notYet('not held back')),
        { what: 'the cooldown', timeoutMs: 20_000, intervalMs: 5 },
      )
      expect(second.incidents().at(-1)?.suppressed[0]?.guard).toBe('cooldown')
      expect(second.find('2')?.back).toMatchObject({ service: 'worker', to: 1 })
    } finally {
      await second.close()
    }
  })

  it('is listed from all its files, each incident once, in their order', async () => {
    const responder = await open(new TestStack())
    for (let number = 0; number < 60; number++) await fire(responder, 'Unheard', 'store', number)
    await responder.close()
    expect((await readdir(folder)).length).toBeGreaterThan(2)
    const numbers = (await readIncidentLog(log)).map((one) => one.incident.number)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.at(-1)).toBe(60)
  })

  it('holds nothing but whole lines', async () => {
    const responder = await open(new TestStack())
    for (let number = 0; number < 60; number++) await fire(responder, 'Unheard', 'store', number)
    await responder.close()
    for (const name of await readdir(folder)) {
      const lines = (await readFile(join(folder, name), 'utf8')).split('\n')
      expect(lines.pop()).toBe('')
      for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
    }
  })
})
