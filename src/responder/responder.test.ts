import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseJsonLines } from '../base/files/json-lines.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { Incident } from './incident/incident.ts'
import type { IncidentMessage } from './incident/incident-message.ts'
import type { IncidentRecord, LogRecord } from './incident/record.ts'
import { parsePolicy } from './policy/policy-file.ts'
import { Responder } from './responder.ts'
import { TestStack } from './test-stack.ts'
import { readDelivery } from './webhook/webhook.ts'

let folder: string
let log: string
let responder: Responder | undefined
let sent: IncidentMessage[]

const POLICY = `
guards: { cooldown: 100ms, perTarget: { actions: 2, window: 1m } }
programs:
  hello: { command: ["/bin/echo", "$HOME"] }
rules:
  - name: down
    match: { alertname: ServiceDown }
    settle: 400ms
    ladder: [{ restart: target }, { restart: target }]
    verify: { health: true, over: 0ms }
  - name: slow
    match: { alertname: Slow }
    service: store
    ladder: [{ restart: target }]
    verify: { health: true, over: 0ms }
  - name: lag
    match: { alertname: Lag }
    ladder: [{ scale: { service: worker, to: 3 } }]
    verify: { health: true, over: 0ms }
  - name: errors
    match: { alertname: Errors }
    ladder: [{ log: hm }, { configure: { service: store, set: { MAX_REQUESTS: null } } }]
    verify: { health: true, over: 0ms }
  - name: others
    match: { alertname: Faults }
    settle: 1ms
    ladder: [{ run: hello }, { clearFaults: true }]
    verify: { alert: gone, over: 0ms }
  - name: nothing to do
    match: { alertname: Hopeless }
    ladder: []
`

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-responder-'))
  log = join(folder, 'incident_log.jsonl')
  sent = []
})
afterEach(async () => {
  await responder?.close()
  responder = undefined
  await rm(folder, { recursive: true })
})

async function open(stack: TestStack, { run = 'one', policy = POLICY } = {}): Promise<Responder> {
  responder = await Responder.open({
    log,
    maxLogBytes: 1e6,
    run,
    policy: parsePolicy(policy, 'responder.yaml', 1),
    actuator: stack,
    channels: { pager: { send: async (message) => void sent.push(message) } },
  })
  return responder
}

const records = async () => parseJsonLines<LogRecord>(await readFile(log, 'utf8'))
const labels = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
const T0 = '2026-01-01T00:00:00Z'
type Labels = Record<string, string>
const send = (status: 'firing' | 'resolved', more: Labels = {}, startsAt = T0) => {
  const given = Object.fromEntries(Object.entries({ ...labels, ...more }).filter(([, value]) => value !== ''))
  return responder?.receive(readDelivery({ alerts: [{ status, labels: given, startsAt }] }, Date.now()).alerts)
}

const settles = (predicate: (incident: Incident) => boolean) =>
  waitUntil(
    async () => {
      const incident = responder?.incidents().at(-1)
      return incident && predicate(incident) ? done(incident) : notYet(JSON.stringify(incident))
    },
    { what: 'the incident', timeoutMs: 20_000, intervalMs: 2 },
  )

const isNotified = () =>
  waitUntil(async () => (sent.length > 0 ? done(0) : notYet('nobody was notified')), {
    what: 'a message',
    timeoutMs: 20_000,
    intervalMs: 2,
  })

const down = () => {
  const stack = new TestStack()
  stack.get('store-1').state = 'exited'
  return stack
}

describe('Responder', () => {
  it('restarts the replica that an alert names, and writes every step down', async () => {
    const stack = down()
    await open(stack)
    await send('firing')
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
    await send('resolved')
    const events = ['opened', 'decided', 'acting', 'acted', 'verified', 'resolved']
    expect((await records()).map((record) => record.event)).toEqual(events)
  })

  it('has an alert on disk before its delivery is answered', async () => {
    await open(down())
    await send('firing')
    expect((await records())[0]).toMatchObject({ event: 'opened', alertname: 'ServiceDown', number: 1 })
  })

  it('acts once however often the same alert is delivered, and however it is mixed with others', async () => {
    const stack = down()
    await open(stack)
    await Promise.all(Array.from({ length: 20 }, () => send('firing')))
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
    expect((await records()).filter((record) => record.event === 'opened')).toHaveLength(1)
  })

  describe('asked to repair itself', () => {
    const own = { service: 'responder', instance: 'responder-1' }

    it('leaves that to control, and to a person where control does not', async () => {
      const stack = new TestStack({ responder: 1 })
      await open(stack, { policy: POLICY.replace('settle: 400ms', 'settle: 2s') })
      await send('firing', own)
      await settles((one) => one.suppressed[0]?.guard === 'self')
      expect(sent).toEqual([])
      await settles((one) => one.settled === 'escalated')
      await isNotified()
      expect(stack.did).toEqual([])
    })

    it('sees that control has restarted it', async () => {
      const stack = new TestStack({ responder: 1 })
      stack.get('responder-1').sinceMs = Date.now()
      await open(stack)
      await send('firing', own)
      await settles((one) => one.settled === 'helped')
      expect([stack.did, sent]).toEqual([[], []])
    })
  })

  it('does not act on an alert that it first received when it was over', async () => {
    const stack = down()
    await open(stack)
    await send('resolved')
    await send('firing')
    expect(responder?.incidents()).toMatchObject([{ settled: 'resolved' }])
    expect(stack.did).toEqual([])
  })

  it('makes one action of a storm about one cause', async () => {
    const stack = down()
    await open(stack)
    const storm = Array.from({ length: 50 }, (_, index) =>
      send('firing', {}, `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`),
    )
    await Promise.all([...storm, send('firing', { alertname: 'Slow', instance: '' })])
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
    expect(responder?.incidents().every((one) => one.settled === 'helped')).toBe(true)
  })

  it('looks first whether a replica that somebody has restarted since the alert began is well', async () => {
    const stack = new TestStack()
    stack.get('store-1').sinceMs = Date.parse(T0) + 100
    await open(stack)
    await send('firing')
    const incident = await settles((one) => one.settled === 'helped')
    expect(incident.suppressed).toMatchObject([{ guard: 'already_repaired' }])
    expect(stack.did).toEqual([])
  })

  it('restarts a replica that hangs although it counts as healthy', async () => {
    const stack = new TestStack()
    await open(stack)
    await send('firing')
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
  })

  it('restarts all of a service, one after the other, when the alert names no replica', async () => {
    const stack = new TestStack({ store: 3 })
    await open(stack)
    await send('firing', { alertname: 'Slow', instance: '', service: '' })
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1', 'restart store-2', 'restart store-3'])
  })

  it.each<[string, Labels, string]>([
    ['an alert that the policy does not know', { alertname: 'Unknown' }, 'no_policy'],
    ['a replica that does not exist', { instance: 'store-7' }, 'unknown_target'],
    ['labels that are no names', { instance: '../../etc/passwd' }, 'unknown_target'],
    ['a service label with a path', { service: 'store/../../v1/down' }, 'unknown_target'],
  ])('records %s and does nothing', async (_, more, guard) => {
    const stack = down()
    await open(stack)
    await send('firing', more)
    const incident = await settles((one) => one.settled !== undefined)
    expect(incident.suppressed).toMatchObject([{ guard }])
    expect(stack.did).toEqual([])
  })

  it('keeps the cooldown between two repairs of a target', async () => {
    const stack = down()
    await open(stack, { policy: POLICY.replace('cooldown: 100ms', 'cooldown: 2s') })
    await send('firing')
    const first = await settles((one) => one.settled === 'helped')
    stack.get('store-1').state = 'exited'
    await send('firing', {}, new Date(Date.now() + 50).toISOString())
    const second = await settles((one) => one.id !== first.id && one.settled === 'helped')
    expect(second.suppressed).toMatchObject([{ guard: 'cooldown' }])
    const [before, after] = [first.attempts[0]?.actedAtMs ?? 0, second.attempts[0]?.actingAtMs ?? 0]
    expect(after - before).toBeGreaterThanOrEqual(2_000)
  })

  it('stops after as many repairs as the policy allows, and notifies a person once', async () => {
    const stack = down()
    await open(stack)
    for (let crash = 0; crash < 4; crash++) {
      stack.get('store-1').state = 'exited'
      const startsAt = new Date(Date.now() + 200).toISOString()
      await send('firing', {}, startsAt)
      await settles((one) => one.number === crash + 1 && one.settled !== undefined)
      await send('resolved', {}, startsAt)
    }
    await isNotified()
    expect(stack.did).toHaveLength(2)
    expect(sent.map((one) => one.summary)).toEqual([expect.stringContaining('2 actions on store-1 within 1 min')])
  })

  it('goes on to the next step when the first did not help, then leaves it to a person', async () => {
    const stack = down()
    stack.restart = async ({ replica }) => void stack.did.push(`restart ${replica}`)
    await open(stack)
    await send('firing')
    const incident = await settles((one) => one.settled === 'escalated')
    expect(stack.did).toEqual(['restart store-1', 'restart store-1'])
    expect(incident.escalated?.reason).toBe('no action has helped')
    await isNotified()
    expect(sent).toMatchObject([{ number: 1, target: 'store-1', severity: 'critical' }])
  })

  it('scales up, and back when the alert is over', async () => {
    const stack = new TestStack()
    await open(stack)
    await send('firing', { alertname: 'Lag', service: 'worker', instance: 'worker-1' })
    await settles((one) => one.settled === 'helped')
    await send('resolved', { alertname: 'Lag', service: 'worker', instance: 'worker-1' })
    await settles((one) => one.phase === 'settled' && one.attempts.length === 2)
    expect(stack.did).toEqual(['scale worker 3', 'scale worker 1'])
  })

  it('knows after a restart what it has to scale back, and what it may not do yet', async () => {
    const stack = new TestStack()
    await open(stack)
    const lag = { alertname: 'Lag', service: 'worker', instance: 'worker-1' }
    await send('firing', lag)
    await settles((one) => one.settled === 'helped')
    await responder?.close()
    await open(stack)
    expect(responder?.state.repairs).toMatchObject([{ target: 'worker', ok: true }])
    await send('resolved', lag)
    await settles((one) => one.phase === 'settled' && one.attempts.length === 2)
    expect(stack.did).toEqual(['scale worker 3', 'scale worker 1'])
  })

  it('takes back settings that were changed, and disturbs nothing where none was', async () => {
    const stack = new TestStack()
    await open(stack)
    stack.get('store-1').configured = ['MAX_REQUESTS', 'LOG_LEVEL']
    await send('firing', { alertname: 'Errors', instance: '' })
    await settles((one) => one.settled === 'helped')
    stack.get('store-1').configured = ['LOG_LEVEL']
    await send('firing', { alertname: 'Errors', instance: '' }, new Date(Date.now() + 1).toISOString())
    const left = await settles((one) => one.number === 2 && one.settled === 'escalated')
    expect(left.suppressed.at(-1)).toMatchObject({
      guard: 'nothing_to_do',
      detail: 'no such setting of store was changed',
    })
    expect(stack.did).toEqual(['configure store {"MAX_REQUESTS":null}'])
  })

  it('says and configures', async () => {
    const stack = new TestStack()
    await open(stack)
    await send('firing', { alertname: 'Errors' })
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['configure store {"MAX_REQUESTS":null}'])
  })

  it('runs a program with its arguments as they stand there, and leaves to a person what it cannot judge', async () => {
    const stack = new TestStack()
    await open(stack)
    await send('firing', { alertname: 'Faults', service: '$(reboot)' })
    const incident = await settles((one) => one.settled !== undefined)
    expect(incident.attempts).toMatchObject([{ ok: true, detail: 'hello ended with 0: $HOME' }])
    expect(incident.escalated?.reason).toContain('there is no Prometheus to ask')
  })

  it('keeps its hands off during maintenance, and comes back to it afterwards', async () => {
    const stack = down()
    await open(stack)
    await responder?.maintain('store', 60_000, 'upgrade')
    await send('firing')
    await settles((one) => one.suppressed.length > 0)
    expect(responder?.incidents()[0]?.suppressed).toMatchObject([{ guard: 'maintenance' }])
    expect(stack.did).toEqual([])
    await responder?.maintain('store', 0, '')
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
  })

  it('leaves alone what is over before its turn came, and says so', async () => {
    const stack = down()
    await open(stack)
    await responder?.maintain('store', 60_000, 'upgrade')
    await send('firing')
    await settles((one) => one.suppressed.length > 0)
    await send('resolved')
    await responder?.maintain('store', 0, '')
    const [incident] = responder?.incidents() ?? []
    expect(incident?.suppressed.map((one) => one.guard)).toEqual(['maintenance', 'resolved_meanwhile'])
    expect(incident?.settled).toBe('resolved')
    expect(stack.did).toEqual([])
  })

  it('never takes the last healthy replicas down, and still repairs a dead one', async () => {
    const stack = new TestStack({ store: 2 })
    stack.get('store-2').state = 'exited'
    await open(stack)
    await send('firing', { instance: 'store-1' })
    await settles((one) => one.suppressed.some(({ guard }) => guard === 'quorum'))
    await send('firing', { instance: 'store-2' })
    await settles((one) => one.settled === 'helped')
    expect(stack.did[0]).toBe('restart store-2')
  })

  it('only says what it would do in a dry run', async () => {
    const stack = down()
    await open(stack, { policy: `dryRun: true\n${POLICY}` })
    await send('firing')
    const incident = await settles((one) => one.settled === 'dry_run')
    expect(incident.decision).toMatchObject({ action: 'restart', target: 'store-1', suppressed: 'dry_run' })
    expect(stack.did).toEqual([])
    expect(responder?.state.repairs).toEqual([])
  })

  it('tries the next step when an action failed, and says so', async () => {
    const stack = down()
    stack.failWith = new Error('control is gone')
    await open(stack)
    await send('firing')
    const incident = await settles((one) => one.settled === 'escalated')
    expect(incident.attempts).toMatchObject([{ ok: false, detail: 'control is gone' }, { ok: false }])
  })

  it('leaves to a person what has no ladder', async () => {
    await open(new TestStack())
    await send('firing', { alertname: 'Hopeless' })
    await settles((one) => one.settled === 'escalated')
    await isNotified()
    expect(sent[0]?.summary).toContain('the policy leaves it to a person')
  })

  it('takes up what a crash interrupted: opened, on disk, but not acted on', async () => {
    const opened: IncidentRecord = {
      seq: 1,
      incident: 'abc',
      atMs: 1,
      event: 'opened',
      number: 1,
      run: 'one',
      alertname: 'ServiceDown',
      labels,
      startsAtMs: Date.parse(T0),
      rule: 'down',
      target: { service: 'store', replica: 'store-1' },
    }
    await writeFile(log, `${JSON.stringify(opened)}\n{"incident":"torn`)
    const stack = down()
    await open(stack)
    await settles((one) => one.settled === 'helped')
    expect(stack.did).toEqual(['restart store-1'])
  })

  it('closes what an earlier stack left open, and does not act on it', async () => {
    const stack = down()
    stack.restart = () => new Promise(() => undefined)
    await open(stack)
    await send('firing')
    await settles((one) => one.phase === 'acting')
    await responder?.close()
    await open(stack, { run: 'two' })
    expect(responder?.incidents()).toMatchObject([{ phase: 'settled', resolvedAtMs: expect.any(Number) }])
    expect(stack.did).toEqual([])
  })
})
