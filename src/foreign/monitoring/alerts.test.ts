import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { type AlertSettings, readAlertScope } from '../../drills/evidence/alerts/alert-scope.ts'
import { nothingBurnt } from '../../drills/evidence/burnt-before.ts'
import { Observations } from '../../drills/evidence/observations.ts'
import { otherAlerts } from '../../drills/evidence/other-alerts.ts'
import { SteadyRecord } from '../../drills/evidence/steady-record.ts'
import { type GateResult, passGate } from '../../drills/gate/gate.ts'
import type { Facts } from '../../drills/judge/facts.ts'
import { factsAt } from '../../drills/judge/test-facts.ts'
import { SourceHealth } from '../../drills/watch/source-health.ts'
import { StartWatch } from '../../drills/watch/start-watch.ts'
import { startWatch } from '../../drills/watch/watch.ts'
import { profiles } from '../../stack/profile.ts'
import { parseSystem } from '../file/system-file.ts'
import { checkAlerts } from './inspect-alerts.ts'
import { startMonitoring, type TestMonitoring } from './test-monitoring.ts'

const SOON = { timeoutMs: 60_000, intervalMs: 100 }

const always = (alert: string, labels: Record<string, string>, more: object = {}) => ({
  alert,
  expr: 'vector(1)',
  labels,
  ...more,
})

/** What fires in a fresh installation of kube-prometheus-stack, in small: nothing of it is about the shop. */
const RULES = [
  always('Watchdog', { severity: 'none' }),
  always('InfoInhibitor', { severity: 'none', namespace: 'kube-system' }),
  always('CPUThrottlingHigh', { severity: 'info', namespace: 'kube-system', pod: 'etcd-0' }),
  always('KubeSchedulerDown', { severity: 'critical' }),
  always('TargetDown', { severity: 'warning', job: 'kube-proxy' }),
  always('CartFails', { severity: 'critical', team: 'cart' }),
  always('Loud', { severity: 'warning', team: 'shop' }),
  always('Late', { severity: 'warning', team: 'shop' }, { for: '2s' }),
]

/** As kube-prometheus has it. */
const INHIBIT = [
  { source_matchers: ['alertname = InfoInhibitor'], target_matchers: ['severity = info'], equal: ['namespace'] },
]

describe('the alerts of a monitoring that others share', () => {
  let monitoring: TestMonitoring
  beforeAll(async () => {
    monitoring = await startMonitoring(RULES, INHIBIT)
    await monitoring.silence('Loud', 'known since May')
    await untilHeld('CPUThrottlingHigh', 'suppressed')
    await untilHeld('Loud', 'suppressed')
    await untilHeld('Late', 'active')
    await untilHeld('CartFails', 'active')
  })
  afterAll(() => monitoring.close())

  async function untilHeld(alertname: string, status: string): Promise<void> {
    await waitUntil(
      async () => {
        const held = await monitoring.alertmanager.alerts({ timeoutMs: 2_000 }).catch(() => [])
        const found = held.find(({ labels }) => labels.alertname === alertname)
        return found?.status === status ? done(undefined) : notYet(`${found?.status}`)
      },
      { what: `${alertname} to be ${status} in Alertmanager`, ...SOON },
    )
  }

  const system = (alerts = '') =>
    parseSystem(
      `name: shop\nenvironment: lab\nprometheus: ${monitoring.prometheusUrl}\nalertmanager: ${monitoring.alertmanagerUrl}\n${alerts}\nservices: { shop: { urls: ["http://127.0.0.1:1"], labels: { job: shop } } }\n`,
      'firedrill.yaml',
    )

  /** What a gate finds that waits for nothing. */
  const gate = async (alerts: AlertSettings): Promise<GateResult> => {
    const { prometheus, alertmanager } = monitoring
    return passGate(
      {
        system: { incidents: async () => [], activeFaults: async () => [], limits: async () => [] },
        prometheus,
        alertmanager,
        checks: [],
        drill: { expectations: [] },
        alertRules: await prometheus.alertRules({ timeoutMs: 2_000 }),
        alertScope: readAlertScope(alerts),
        profile: profiles.lab,
        description: { targets: {} },
      },
      { timeoutMs: 0 },
    )
  }

  /** What a run that begins now would see, and what its verdict makes of it. */
  const watched = async (
    alerts: AlertSettings,
    { alertsBefore }: Pick<GateResult, 'alertsBefore'>,
    until: (facts: Facts) => boolean,
  ) => {
    const observations = new Observations(new SteadyRecord([], Date.now()), [])
    const watch = startWatch({
      ...monitoring,
      system: { incidents: async () => [] },
      checks: [],
      observations,
      health: new SourceHealth(),
    })
    const facts = {
      ...factsAt(0),
      zeroMs: Date.now(),
      observations,
      alertsBefore,
      alertScope: readAlertScope(alerts),
      burntBefore: nothingBurnt,
    }
    try {
      await waitUntil(async () => (until(facts) ? done(undefined) : notYet(JSON.stringify(otherAlerts(facts)))), {
        what: 'the run to see it',
        ...SOON,
      })
    } finally {
      await watch.stop()
    }
    return facts
  }
  const everythingSeen = ({ observations }: Facts) =>
    observations.ruleAlerts.length >= 6 && observations.heldAlerts.length >= 6
  const names = (list: readonly { alertname: string }[]) => list.map(({ alertname }) => alertname).sort()

  it('keep the gate shut, and are no deviation where Alertmanager holds them back: gate and verdict judge alike', async () => {
    const settings = { scope: {}, ignore: [] }
    const { clean, findings, tolerated } = await gate(settings)
    expect(clean).toBe(false)
    const firing = findings.flatMap((text) => /^alert (\w+)/.exec(text)?.[1] ?? [])
    expect(firing.sort()).toEqual(['CartFails', 'KubeSchedulerDown', 'Late', 'TargetDown'])
    expect([...tolerated].sort()).toEqual([
      'alert CPUThrottlingHigh is firing (inhibited by InfoInhibitor)',
      'alert Loud is firing (silenced by alice: known since May)',
    ])
    const silences = await monitoring.alertmanager.silences({ timeoutMs: 2_000 })
    const others = otherAlerts(await watched(settings, { alertsBefore: { silences, heldBack: [] } }, everythingSeen))
    expect(names(others.unexpected)).toEqual(firing)
    expect(others.inhibited.map(({ alertname, why }) => `${alertname}: ${why}`).sort()).toEqual([
      'CPUThrottlingHigh: inhibited by InfoInhibitor',
      'Loud: silenced by alice: known since May',
    ])
  })

  it('count against no drill where they are ignored or out of scope, and are reported', async () => {
    const settings = { scope: { team: 'shop' }, ignore: ['Late', 'TargetDown{job="kube-proxy"}'] }
    const passed = await gate(settings)
    expect(passed).toMatchObject({ clean: true, findings: [] })
    expect([...passed.tolerated].sort()).toEqual([
      'alert CPUThrottlingHigh is firing (out of scope: alerts.scope is {team="shop"})',
      'alert CartFails is firing (out of scope: alerts.scope is {team="shop"})',
      'alert KubeSchedulerDown is firing (out of scope: alerts.scope is {team="shop"})',
      'alert Late is firing (ignored: alerts.ignore has Late)',
      'alert Loud is firing (silenced by alice: known since May)',
      'alert TargetDown is firing (ignored: alerts.ignore has TargetDown{job="kube-proxy"})',
    ])
    const others = otherAlerts(await watched(settings, passed, everythingSeen))
    expect(others.unexpected).toEqual([])
    expect(names(others.ignored)).toEqual(['CPUThrottlingHigh', 'CartFails', 'KubeSchedulerDown', 'Late', 'TargetDown'])
    expect(names(others.inhibited)).toEqual(['Loud'])
  })

  it('are named by `system check`, with the lines that ignore them', async () => {
    const check = async (text?: string) => checkAlerts(system(text), { env: {}, signal: undefined })
    const [bad, tolerated] = await check()
    expect(bad).toMatchObject({ name: 'alerts', status: 'bad' })
    expect(bad?.detail).toMatch(/^4 fire now, and the gate of every drill stays shut: .*KubeSchedulerDown since 20/)
    expect(bad?.paste?.sort()).toEqual(
      [
        'alerts:',
        '  ignore:',
        '    - CartFails{team="cart"}',
        '    - KubeSchedulerDown',
        '    - Late{team="shop"}',
        '    - TargetDown{job="kube-proxy"}',
      ].sort(),
    )
    expect(tolerated).toMatchObject({ status: 'ok' })
    expect(tolerated?.detail).toContain('inhibited by InfoInhibitor')
    const lines = (await check())[0]?.paste?.join('\n')
    expect((await check(lines)).map(({ status }) => status)).toEqual(['ok'])
    expect((await gate(system(lines).alerts)).findings).toEqual([])
  })

  it('are looked for by name: a slip of the keyboard is reported', async () => {
    const findings = await checkAlerts(system('alerts: { scope: { team: shpo }, ignore: [TargetDwon] }'), {
      env: {},
      signal: undefined,
    })
    const notes = findings.flatMap(({ status, detail }) => (status === 'note' ? [detail] : []))
    expect(notes).toEqual([
      'alerts.ignore has TargetDwon, and no rule defines that alert; did you mean TargetDown?',
      'alerts.scope has team: shpo, which no rule, no target and no alert has: every alert is out of scope',
    ])
  })

  it('cannot be judged where a silence is set, or ends, in the middle of a run', async () => {
    const settings = { scope: {}, ignore: ['CartFails', 'Late', 'TargetDown'] }
    const passed = await gate({ ...settings, ignore: [...settings.ignore, 'KubeSchedulerDown'] })
    expect(passed.findings).toEqual([])
    const id = await monitoring.silence('KubeSchedulerDown', 'I am on it')
    await untilHeld('KubeSchedulerDown', 'suppressed')
    const set = otherAlerts(await watched(settings, passed, everythingSeen))
    expect(set.unjudged.map(({ alertname, why }) => `${alertname}: ${why}`)).toEqual([
      'KubeSchedulerDown: silenced by alice: I am on it, in the middle of the run',
    ])
    const before = await gate(settings)
    expect(before).toMatchObject({ clean: true })
    await monitoring.endSilence(id)
    await untilHeld('KubeSchedulerDown', 'active')
    // It fires since before the run, and is not of this drill.
    const ended = otherAlerts(await watched(settings, before, everythingSeen))
    expect([names(ended.unexpected), names(ended.unjudged)]).toEqual([[], []])
    expect(names(ended.inhibited)).toContain('KubeSchedulerDown')
  })

  it('are pending again when Prometheus is started again, which the run notices', async () => {
    const observations = new Observations(new SteadyRecord([], 0), [])
    const watch = new StartWatch(monitoring.prometheus, observations)
    expect(await watch.look({ timeoutMs: 5_000 })).toBe(false)
    expect(observations.changes).toEqual([])
    await monitoring.restartPrometheus()
    await watch.look({ timeoutMs: 5_000 })
    await watch.look({ timeoutMs: 5_000 })
    expect(observations.changes).toMatchObject([{ part: 'prometheus', text: 'Prometheus was started again' }])
  })
})
