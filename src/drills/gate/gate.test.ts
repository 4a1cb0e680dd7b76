import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Alertmanager } from '../../probes/alertmanager.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import type { EndingReplica } from '../../runtimes/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { expectations } from '../expectations/expectations.ts'
import type { Drill } from '../file/drill.ts'
import type { UsedUpLimit } from '../system.ts'
import { boundMs } from './gate-bound.ts'
import { inspect } from './inspect.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface World {
  firing?: readonly Record<string, string>[]
  expressions?: string[]
  tries?: Record<string, string>[]
  limits?: UsedUpLimit[]
  ending?: EndingReplica[]
  underLoad?: boolean
  /** Of the alerts in Alertmanager. */
  state?: 'active' | 'suppressed'
  silences?: object[]
  expectations?: Drill['expectations']
}

const restarted = (target: string) => expectations.action.build({ action: 'restart', target, within: '1ms' })

/** Seconds and values of a counter that has just counted. */
const TRIED = [
  [1, '3'],
  [2, '4'],
]
const DELIVERIES = 'increase(alertmanager_notifications_failed_total[16s]) > 0'

/** What the gate finds in a stack with nothing but this; Alertmanager holds the alerts too. */
async function findings(world: World) {
  return (await inspection(world)).findings
}

async function inspection({ firing = [], expressions = [], tries = [], limits = [], silences = [], ...world }: World) {
  const { state = 'active' } = world
  const held = firing.map((labels) => ({ labels, startsAt: '', updatedAt: '', status: { state } }))
  const answers: Record<string, unknown> = {
    '/api/v1/targets': { activeTargets: [{ labels: {}, health: 'up', lastError: '', scrapeInterval: '1s' }] },
    '/api/v1/alertmanagers': { activeAlertmanagers: [{ url: 'http://a' }] },
    '/api/v1/query': { resultType: 'matrix', result: tries.map((metric) => ({ metric, values: TRIED })) },
    '/api/v1/alerts': { alerts: firing.map((labels) => ({ labels, state: 'firing', activeAt: '' })) },
  }
  const server = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?')
    const ofAlertmanager: Record<string, unknown> = { '/api/v2/alerts': held, '/api/v2/silences': silences }
    response.end(JSON.stringify(ofAlertmanager[path] ?? { status: 'success', data: answers[path] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rule = (alert: string, expr: string) => ({ alert, expr, forMs: 0, evaluationMs: 1_000, labels: {} })
  return inspect({
    system: {
      incidents: async () => [],
      activeFaults: async () => [],
      limits: async () => limits,
      ending: async () => world.ending ?? [],
    },
    prometheus: new Prometheus(url),
    alertmanager: new Alertmanager(url),
    checks: [],
    ...(world.underLoad === undefined ? {} : { underLoad: world.underLoad }),
    drill: { expectations: world.expectations ?? [] },
    alertRules: [
      rule('Down', 'up == 0'),
      rule('Failing', 'sum by (job) (increase(failed_total[20s])) > 0 or rate(lost_total[5s]) > 0'),
      rule('Flapping', 'max_over_time(changes(up[20s])[30s:1s]) > 4'),
      ...expressions.map((expr) => rule('More', expr)),
    ],
    profile: profiles.lab,
  })
}

describe('the time that a stack has to be clean', () => {
  it.each([
    ['an alert on what is now', [{ alertname: 'Down' }], 15_000],
    ['an alert that remembers: as long as its longest window', [{ alertname: 'Failing' }], 35_000],
    ['an alert on windows of windows: as long as all of them', [{ alertname: 'Flapping' }], 65_000],
    ['an alert that no rule is known of', [{ alertname: 'Foreign' }], 15_000],
    ['an alert on a budget: until the short windows have forgotten', [{ alertname: 'Slow', sloth_id: 'a' }], 75_000],
    ['an alert on the machine', [{ alertname: 'HostBusy', service: 'host' }], 75_000],
    ['several: what lasts least decides', [{ alertname: 'Failing' }, { alertname: 'Down' }], 15_000],
  ])('%s', async (_, firing, expectedMs) => {
    const found = await findings({ firing })
    expect(found.map(({ text }) => text)).toEqual([
      ...firing.map(({ alertname }) => expect.stringContaining(`alert ${alertname}`)),
      ...firing.map(({ alertname }) => expect.stringContaining(`still holds ${alertname}`)),
    ])
    expect(boundMs(found)).toBe(expectedMs)
  })

  it('counts what is expected although it is held back, and tolerates everything else that is', async () => {
    const suppressed = { firing: [{ alertname: 'Down', service: 'store' }], state: 'suppressed' } as const
    expect(await findings(suppressed)).toEqual([])
    const expected = expectations.alert.build({ alert: 'Down', within: '1ms' })
    expect((await findings({ ...suppressed, expectations: [expected] })).map(({ text }) => text)).toEqual([
      'alert Down (store) is firing',
      'Alertmanager still holds Down (store)',
    ])
  })

  it('finds a silence that covers an alert which the drill expects, and no other one', async () => {
    const status = { state: 'active' }
    const endsAt = '2030-01-01T00:00:00Z'
    const silence = (...matchers: object[]) => ({
      id: 's-1',
      createdBy: 'alice',
      comment: '',
      endsAt,
      status,
      matchers,
    })
    const is = (name: string, value: string, isRegex = false) => ({ name, value, isRegex, isEqual: true })
    const wanted = [expectations.alert.build({ alert: 'Down', labels: { service: 'store' }, within: '1ms' })]
    const found = (...matchers: object[]) => findings({ silences: [silence(...matchers)], expectations: wanted })
    expect((await found(is('alertname', 'Down'), is('service', 'st.*', true))).map(({ text }) => text)).toEqual([
      'the alert Down{service="store"}, which the drill expects, is silenced by alice, until 2030-01-01T00:00:00.000Z',
    ])
    expect(await found(is('alertname', 'Up'))).toEqual([])
    // Whether its instance is this one is not known before it fires.
    expect(await found(is('alertname', 'Down'), is('instance', 'store-1'))).toEqual([])
  })

  it('counts in a delivery that Alertmanager may still give up on, where a rule fires on that', async () => {
    const tries = [{ integration: 'webhook' }]
    const found = await findings({ tries, expressions: [DELIVERIES] })
    expect(found.map(({ text }) => text)).toEqual([
      'Alertmanager has just failed to deliver by webhook, and may still be trying',
    ])
    expect(boundMs(found)).toBe(27_000)
    expect(await findings({ tries })).toEqual([])
    expect(await findings({ expressions: [DELIVERIES] })).toEqual([])
  })

  it.each([
    ['the replica', 'store-1', 'store-1'],
    ['a replica of the service', 'store-1', 'store'],
    ['everything', '*', 'store'],
  ])('counts in that the responder may not act on %s yet, as the drill expects', async (_, target, expected) => {
    const service = target === '*' ? '*' : 'store'
    const limits = [{ service, target, detail: '4 actions within 20 s', untilMs: Date.now() + 9_000 }]
    const found = await findings({ limits, expectations: [restarted(expected)] })
    const what = target === '*' ? 'everything' : target
    expect(found.map(({ text }) => text)).toEqual([
      `the responder would leave ${what} alone now: 4 actions within 20 s`,
    ])
    expect(boundMs(found)).toBeGreaterThan(20_000)
    expect(boundMs(found)).toBeLessThanOrEqual(24_000)
  })

  it('leaves out what no action is expected of', async () => {
    const limits = [{ service: 'store', target: 'store-1', detail: '', untilMs: Date.now() + 9_000 }]
    expect(await findings({ limits, expectations: [restarted('worker')] })).toEqual([])
    expect(
      await findings({ limits, expectations: [expectations.steady.build({ steady: true, within: '1ms' })] }),
    ).toEqual([])
  })

  it('waits for what was deleted to be gone, and tolerates it when it should have been long ago', async () => {
    const nowMs = Date.now()
    const ending = [{ name: 'pod web-1', sinceMs: nowMs - 60_000, goneByMs: nowMs + 30_000 }]
    expect(await findings({ ending })).toEqual([
      {
        text: 'the pod web-1 was deleted and is not gone yet: Prometheus may still scrape it',
        overByMs: nowMs + 30_000,
      },
    ])
    expect(await inspection({ ending, underLoad: true })).toEqual({
      findings: [],
      tolerated: ['the pod web-1 was deleted and is not gone yet: Prometheus may still scrape it'],
    })
    const stuck = [{ name: 'pod web-1', sinceMs: nowMs - 600_000, goneByMs: nowMs - 450_000 }]
    expect(await inspection({ ending: stuck })).toEqual({
      findings: [],
      tolerated: ['the pod web-1 was deleted 10 min ago and is not gone'],
    })
  })
})
