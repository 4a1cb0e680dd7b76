import { describe, expect, it } from 'vitest'
import { profiles } from '../stack/profile.ts'
import { defaultSettings } from '../stack/settings.ts'
import { renderedClocks } from './clocks/rule-clocks.ts'
import { parseDrill } from './file/drill-file.ts'
import { planDrill } from './plan.ts'
import type { PlanContext } from './plan-context.ts'

const drill = (method: string, expectations: string) =>
  parseDrill(
    `
title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: { journey: browse, rate: 20, shape: ramp, over: 30s }
method: [${method}]
expectations: [${expectations}]
`,
    'x.yaml',
  )

const on = (profile: PlanContext['profile']): PlanContext => ({
  profile,
  alertRules: renderedClocks(profile, defaultSettings),
  services: [
    { name: 'store', maxReplicas: 4 },
    { name: 'redis', maxReplicas: 1 },
  ],
  faultHost: { inside: ['store'] },
  live: false,
})

const KILL = '{ at: 1s, fault: kill, target: store }'

describe('planDrill', () => {
  it('shows what would be done, and how much of each bound the monitoring needs', () => {
    const plan = planDrill(
      drill(
        KILL,
        '{ alert: ServiceDown, within: 2s }, { metric: up, is: "== 0", within: 300ms }, { steady: true, within: 4s }',
      ),
      on(profiles.lab),
    )
    expect(plan).toMatchObject({
      load: '20 tasks a second, ramp, journey browse',
      steps: [{ text: 'kill store', due: 'at 1.00 s', forMs: 34_000 }],
      expectations: [
        { text: 'firing: ServiceDown', floor: { minMs: 0, maxMs: 600 } },
        { floor: { minMs: 0, maxMs: 500 }, tight: "the monitoring's own clock may take up to 500 ms" },
        { floor: null },
        { kind: 'noOtherAlert' },
      ],
      refusals: [],
    })
  })

  it('has all that a fault is given, with its defaults and the time that it lasts at most', () => {
    const { steps } = planDrill(
      drill(
        `{ at: 1s, fault: scale, target: store, params: { to: 3 }, for: 20s },
         { at: 2s, fault: latency, target: store, params: { delay: 1s } }, { at: 3s, action: scale, target: store, to: 2 }`,
        '{ steady: true, within: 4s }',
      ),
      on(profiles.lab),
    )
    expect(steps).toMatchObject([
      { text: 'scale store', params: { to: 3 }, forMs: 20_000 },
      { text: 'latency store', params: { delay: '1s', jitter: '0ms', share: '100%' }, forMs: 34_000 },
      { text: 'scale store to 2', params: {}, forMs: null },
    ])
  })

  it('refuses what cannot be met by construction, and says why', () => {
    const action = '{ at: 2s, action: scale, target: store, to: 9 }'
    const method = `${KILL}, { at: 1s, fault: latency, target: redis, params: { delay: 1s } }, ${action}`
    const { refusals } = planDrill(
      drill(
        method,
        '{ alert: HostHighCPU, within: 1s }, { alert: ServiceDwn, within: 9s }, { action: restart, target: store, within: 2ms }',
      ),
      on(profiles.lab),
    )
    expect(refusals).toEqual([
      'latency redis: latency runs inside a service, and redis takes no faults; expected store',
      'scale store to 9: store can have 4 replicas at most',
      expect.stringMatching(
        /^firing: HostHighCPU: the monitoring's own clock takes at least .* s, and 1.00 s are allowed$/,
      ),
      'firing: ServiceDwn: no rule defines the alert ServiceDwn; did you mean ServiceDown?',
      expect.stringMatching(/^acted: restart store by responder: the monitoring's own clock takes at least/),
    ])
  })

  it.each([
    [
      'a value that its rules do not give',
      'service: shop',
      'no rule of Said gives it {service="shop"}; they give {service="store"} or {service="worker"}',
    ],
    ['a label that no series has', 'foo: bar', 'no rule of Said gives it a label foo'],
    ['a label that its expression leaves out', 'instance: a', 'no rule of Said gives it a label instance'],
    ['the slip of a label', 'servce: store', 'did you mean service?'],
  ])('refuses an alert with %s', (_, labels, reason) => {
    const clock = { alert: 'Said', forMs: 0, evaluationMs: 100 }
    const context = {
      ...on(profiles.lab),
      labelNames: new Set(['instance', 'job', 'service']),
      alertRules: [
        { ...clock, expr: 'sum by (job) (up) == 0', labels: { service: 'store' } },
        { ...clock, expr: 'count by (job) (up) == 9', labels: { service: 'worker', host: '{{ $labels.job }}' } },
      ],
    }
    const refusalsOf = (written: string) =>
      planDrill(drill(KILL, `{ alert: Said, labels: { ${written} }, within: 9s }`), context).refusals.join('\n')
    expect(refusalsOf(labels)).toContain(reason)
    expect(refusalsOf('service: store, job: x')).toBe('')
    expect(refusalsOf('host: x, service: worker')).toBe('')
  })

  it('refuses what the Prometheus of the system does not take', () => {
    const context = { ...on(profiles.lab), refused: new Map([['up', 'unexpected end of input']]) }
    expect(planDrill(drill(KILL, '{ metric: up, is: "== 0", within: 9s }'), context).refusals).toContain(
      'seen: up == 0: Prometheus refuses the expression: unexpected end of input',
    )
  })

  it('refuses in production what fits the lab', () => {
    const quick = drill(KILL, '{ alert: ServiceDown, within: 2s }, { alert: HostHighCPU, within: 30s }')
    expect(planDrill(quick, on(profiles.lab)).refusals).toEqual([])
    expect(planDrill(quick, on(profiles.production)).refusals).toHaveLength(1)
  })

  it('refuses a step that waits for an alert that there is not', () => {
    const step = '{ when: { alert: Nothing, within: 1s }, action: clearFaults }'
    expect(planDrill(drill(step, '{ noOtherAlert: true }'), on(profiles.lab)).refusals).toEqual([
      'clear all faults: no rule defines the alert Nothing',
    ])
  })
})
