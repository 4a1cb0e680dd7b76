import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { done, notYet, sleep, waitUntil } from '../base/wait.ts'
import type { Incident } from './incident/incident.ts'
import { viewOf } from './incident/incident-view.ts'
import { parsePolicy } from './policy/policy-file.ts'
import { Responder } from './responder.ts'
import { TestServer } from './test-server.ts'
import { TestStack } from './test-stack.ts'
import { readDelivery } from './webhook/webhook.ts'

const HOUR_MS = 3_600_000
const COOLDOWN_MS = 1_000
const POLICY = `
guards: { cooldown: ${COOLDOWN_MS}ms, perTarget: { actions: 2, window: 1h } }
rules:
  - name: down
    match: { alertname: ServiceDown }
    settle: 5s
    ladder: [{ restart: target }]
    verify: { health: true, over: 0ms }
`

/** The wall clock of the machine, which Prometheus, control and the responder share. */
let setByMs = 0
const wallMs = () => Date.now() + setByMs
const clock = () => new SteadyClock({ wallMs, elapsedMs: () => performance.now() })

let folder: string
let stack: TestStack
let responder: Responder
beforeEach(async () => {
  setByMs = 0
  folder = await mkdtemp(join(tmpdir(), 'fd-clock-'))
  stack = new TestStack()
  stack.wallMs = wallMs
  responder = await open()
})
afterEach(async () => {
  await responder.close()
  await rm(folder, { recursive: true })
})

const open = () =>
  Responder.open({
    log: join(folder, 'log.jsonl'),
    maxLogBytes: 1e6,
    run: 'one',
    policy: parsePolicy(POLICY, 'policy.yaml', 1),
    actuator: stack,
    channels: {},
    clock: clock(),
  })
const labels = { alertname: 'ServiceDown', service: 'store', instance: 'store-1' }
const latest = (is: (incident: Incident) => boolean) =>
  waitUntil(
    async () => {
      const incident = responder.incidents().at(-1)
      return incident !== undefined && is(incident) ? done(incident) : notYet(JSON.stringify(incident))
    },
    { what: 'the incident', timeoutMs: 20_000, intervalMs: 2 },
  )

/** The store dies, and Prometheus says so, by the wall clock. Not in the millisecond of a repair: that one may have come after. */
async function dies(): Promise<void> {
  await sleep(5)
  Object.assign(stack.get('store-1'), { state: 'exited', sinceMs: wallMs() })
  const startsAt = new Date(wallMs()).toISOString()
  await responder.receive(readDelivery({ alerts: [{ labels, startsAt }] }, wallMs()).alerts)
}

async function isRepaired(): Promise<void> {
  const before = stack.did.length
  await dies()
  await latest((one) => one.settled === 'helped')
  expect(stack.did).toHaveLength(before + 1)
}

describe.each([
  ['an hour back', -HOUR_MS],
  ['two hours ahead', 2 * HOUR_MS],
])('a wall clock that is set %s', (_what, byMs) => {
  it('neither ends nor lengthens a cooldown, and the repair after it is seen to help', async () => {
    await isRepaired()
    setByMs = byMs
    await dies()
    await latest((one) => one.suppressed[0]?.guard === 'cooldown')
    await latest((one) => one.settled === 'helped')
    expect(stack.did).toHaveLength(2)
    const [first = 0, second = 0] = stack.restartedMs
    expect(second - first).toBeGreaterThan(COOLDOWN_MS - 10)
  })

  it('frees no target of its limit, and shows until when by the clock as it is now', async () => {
    await isRepaired()
    await isRepaired()
    setByMs = byMs
    await sleep(COOLDOWN_MS)
    await dies()
    await latest((one) => one.settled === 'escalated')
    expect(stack.did).toHaveLength(2)
    const [limit] = responder.limits()
    expect((limit?.untilMs ?? 0) - wallMs()).toBeGreaterThan(HOUR_MS - 10_000)
    expect((limit?.untilMs ?? 0) - wallMs()).toBeLessThanOrEqual(HOUR_MS)
    const view = viewOf(await latest(() => true), responder.clock.setByMs())
    expect(Math.abs(view.receivedAtMs - wallMs())).toBeLessThan(5_000)
  })

  it('while the responder is away holds up nothing for longer than the policy says', async () => {
    await isRepaired()
    await responder.close()
    setByMs = byMs
    responder = await open()
    await isRepaired()
  })

  it('does not end maintenance', async () => {
    await responder.maintain('store', HOUR_MS / 2, 'upgrade')
    setByMs = byMs
    await dies()
    await latest((one) => one.suppressed[0]?.guard === 'maintenance')
    await sleep(600)
    expect(stack.did).toEqual([])
  })

  it('misses no Watchdog', async () => {
    const server = await TestServer.start({ watchdogEveryMs: 100_000 }, clock())
    try {
      await server.deliver({ groupKey: 'g', alerts: [{ labels: { alertname: 'Watchdog' } }] })
      setByMs = byMs
      await sleep(700)
      expect(await server.get('/incidents')).toEqual({ incidents: [] })
    } finally {
      await server.remove()
    }
  })
})

describe('an alert that says it begins in the future', () => {
  it('is repaired once: Alertmanager dates one so that was posted with an end alone', async () => {
    stack.get('store-1').state = 'exited'
    const startsAt = new Date(wallMs() + HOUR_MS).toISOString()
    const alerts = ['a', 'b'].map((x) => ({ labels: { ...labels, x }, startsAt }))
    await responder.receive(readDelivery({ alerts }, wallMs()).alerts)
    await latest((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
  })
})
