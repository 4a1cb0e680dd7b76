import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { profiles } from '../../stack/profile.ts'
import { defaultSettings } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'
import { findRule } from './policy.ts'
import { parsePolicy, readPolicy } from './policy-file.ts'
import { policySchema } from './policy-schema.ts'

const problemsOf = (text: string): string[] => {
  try {
    parsePolicy(text, 'responder.yaml', 1)
  } catch (error) {
    if (error instanceof InvalidFileError) return error.format().split('\n')
    throw error
  }
  return []
}

describe('the policy that ships', () => {
  it('is valid, and knows what to do about the alerts that drills rely on', async () => {
    const policy = await readPolicy('responder.yaml', 1)
    const firstStep = (labels: Record<string, string>) => findRule(policy, labels)?.ladder[0]?.action
    expect(firstStep({ alertname: 'ServiceDown' })).toBe('restart')
    expect(firstStep({ alertname: 'APIHighLatency', service: 'quotes' })).toBe('restart')
    expect(firstStep({ alertname: 'APIErrorRateHigh', service: 'store' })).toBe('configure')
    expect(firstStep({ alertname: 'WorkerStalled' })).toBe('scale')
    expect(findRule(policy, { alertname: 'WatchdogMissing' })?.ladder).toEqual([])
    expect(policy.guards.cooldownMs).toBe(30_000)
  })

  it('keeps the clock of its stack: everything is thirty times faster in the lab', async () => {
    const slow = await readPolicy('responder.yaml', 1)
    const fast = await readPolicy('responder.yaml', profiles.lab.factor)
    expect(fast.guards.cooldownMs).toBe(1_000)
    expect(fast.guards.perTarget.windowMs).toBe(slow.guards.perTarget.windowMs / 30)
    expect(fast.rules.map((rule) => rule.verify.overMs * 30)).toEqual(slow.rules.map((rule) => rule.verify.overMs))
  })

  it('asks in every verification for samples since the action only', async () => {
    const text = await readFile('responder.yaml', 'utf8')
    expect(text.match(/\[\$window\]/g)?.length).toBeGreaterThan(3)
    expect(problemsOf(text.replaceAll('[$window]', '[5m]')).join('\n')).toContain(
      'a window that may remember the failure',
    )
  })
})

describe('parsePolicy', () => {
  it('reports every mistake at once, each with its line and the nearest name', () => {
    const lines = problemsOf(`
guards:
  cooldwn: 30s
  perTarget: { actions: 0, window: soon }
  quorum: { stor: 1 }
programs:
  fix: { command: [fix.sh, --all] }
rules:
  - name: a
    match: { alertname: A }
    ladder:
      - restrat: target
      - restart: stroe
      - scale: { service: worker, to: 30 }
      - { restart: target, log: x }
      - run: fixx
    verify: { query: up, over: 3 }
  - name: b
    match: { alertname: A }
    ladder: []
`)
    for (const [line, what] of [
      [3, 'cooldwn'],
      [4, 'out of range'],
      [4, 'not a duration'],
      [5, 'unknown service "stor"'],
      [7, 'not an absolute path'],
      [12, 'restrat'],
      [12, 'no action'],
      [13, 'unknown service "stroe"'],
      [14, 'out of range'],
      [15, 'more than one action'],
      [16, 'unknown program "fixx"'],
      [17, '"is" is missing'],
      [19, 'can never match: rules[0]'],
    ] as const) {
      expect(
        lines.some((text) => text.startsWith(`responder.yaml:${line}:`) && text.includes(what)),
        `${line} ${what}`,
      ).toBe(true)
    }
    for (const next of ['did you mean cooldown?', 'did you mean store?', 'did you mean restart?', 'did you mean fix?'])
      expect(lines.join('\n')).toContain(next)
  })

  it('refuses to set what is no setting of the service, or what only the operator sets, each with its line', () => {
    const lines = problemsOf(`
rules:
  - name: a
    match: { alertname: A }
    ladder:
      - configure: { service: worker, set: { NODE_OPTIONS: --import=/tmp/x.js } }
      - configure: { service: worker, set: { FAULTS_TOKEN: mine } }
      - configure: { service: worker, set: { WORKER_INTERVL: 1s } }
      - configure: { service: worker, set: { WORKER_BATCH_SIZE: "0" } }
      - configure: { service: quotes, set: { QUOTES_REPLAY_FILE: /etc/passwd } }
      - configure: { service: postgres, set: { PGDATA: /tmp } }
      - configure: { service: target, set: { LD_PRELOAD: /tmp/x.so } }
      - configure: { service: store, set: { "lower case": x } }
      - configure: { service: store, set: { RISKY_SEED: "1\\0" } }
      - configure: { service: target, set: { LOG_LEVEL: debug, MAX_REQUESTS: null } }
  - name: b
    match: { alertname: B }
    ladder:
      - restart: responder
      - restart: responder-1
      - configure: { service: proxy, set: { PROXY_SEED: "1" } }
programs:
  Fix: { command: [/bin/true] }
  nul: { command: [/bin/echo, "a\\0b"] }
`)
    for (const [line, what] of [
      [6, 'worker has no setting "NODE_OPTIONS"'],
      [7, 'worker has no setting "FAULTS_TOKEN"'],
      [8, 'worker has no setting "WORKER_INTERVL"'],
      [9, 'WORKER_BATCH_SIZE must be a whole number from 1 to 1000, not "0"'],
      [10, 'the responder may not set it'],
      [11, 'postgres has no settings'],
      [12, 'no service has a setting "LD_PRELOAD"'],
      [13, 'unknown key "lower case"'],
      [14, 'not what is expected here'],
      [19, 'the responder may not restart itself'],
      [20, 'the responder may not restart itself'],
      [21, 'the responder may not configure proxy'],
      [23, 'unknown key "Fix"'],
      [24, 'not what is expected here'],
    ] as const) {
      expect(
        lines.some((text) => text.startsWith(`responder.yaml:${line}:`) && text.includes(what)),
        `${line} ${what}\n${lines.join('\n')}`,
      ).toBe(true)
    }
    expect(lines.some((text) => text.startsWith('responder.yaml:15:'))).toBe(false)
    expect(lines.join('\n')).toContain('did you mean WORKER_INTERVAL?')
  })

  it('refuses what is no YAML', () => {
    expect(problemsOf('rules: [')[1]).toContain('not YAML')
  })

  it('fills in what is left out', () => {
    const policy = parsePolicy('rules: [{ name: a, match: { alertname: A }, ladder: [{ restart: target }] }]', 'x', 1)
    expect(policy).toMatchObject({
      dryRun: false,
      guards: { cooldownMs: 30_000, perTarget: { actions: 4, windowMs: 600_000 }, quorum: { default: { ratio: 0.5 } } },
      rules: [
        { match: { alertname: ['A'] }, ladder: [{ settleMs: 300_000 }], verify: { kind: 'health', overMs: 30_000 } },
      ],
    })
  })

  it('can be given to the stack, which hands it to the responder', () => {
    const { files } = describeStack(profiles.lab, { ...defaultSettings, policy: 'rules: []' })
    const file = files.find((one) => one.name === 'responder.yaml')
    expect(file?.render({} as never)).toBe('rules: []')
  })
})

describe('docs/schema/responder.schema.json', () => {
  it('is the form that policies are held against (npm run golden refreshes)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...policySchema }
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../docs/schema/responder.schema.json',
    )
  })
})
