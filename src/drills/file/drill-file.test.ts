import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { watchMs } from './drill.ts'
import { parseDrill, readDrill } from './drill-file.ts'
import { nameStart, nameStep } from './method-step.ts'

const shipped = fileURLToPath(new URL('../../../drills/store-crash.yaml', import.meta.url))
const services = ['store', 'worker', 'prometheus']

/** What people read when a drill is wrong. */
function complaint(text: string): string {
  try {
    parseDrill(text, 'drills/x.yaml', { services })
  } catch (error) {
    if (error instanceof InvalidFileError) return error.format()
    throw error
  }
  return 'no complaint'
}

const whole = (part: string) => `
title: T
why: W
steadyState: [{ metric: up, is: "== 1" }]
load: { journey: browse, users: 1, spawnRate: 1 }
method: []
${part}`

describe('readDrill', () => {
  it('reads the drill that ships: units parsed, defaults filled in, frozen', async () => {
    const drill = await readDrill(shipped, { services })
    expect(drill).toMatchObject({
      title: 'The store crashes under load',
      steadyState: [
        { kind: 'http', service: 'store', path: '/ready', status: [{ from: 200, to: 200 }] },
        { kind: 'metric', metric: 'min(up{service="store"})', is: { operator: '==', value: 1 } },
      ],
      load: { journey: 'browse', model: 'closed', users: 20, spawnRatePerSecond: 20 },
      method: [
        {
          kind: 'fault',
          start: { kind: 'at', atMs: 2_000 },
          fault: 'kill',
          target: { service: 'store' },
          params: { signal: 'SIGKILL' },
          forMs: 30_000,
        },
      ],
      expectations: [
        {
          kind: 'metric',
          watches: [{ metric: 'up{service="store"}', is: { operator: '==', value: 0 } }],
          text: 'seen: up{service="store"} == 0',
          withinMs: 2_000,
        },
        { kind: 'alert', alert: { alert: 'ServiceDown', labels: { service: 'store' } }, withinMs: 2_000 },
        { kind: 'action', actsOn: 'store', text: 'acted: restart store by responder', withinMs: 3_000 },
        { kind: 'steady', withinMs: 4_000 },
        { kind: 'budget', text: 'budget of store-users burnt at most 8 %', withinMs: null },
        { kind: 'noOtherAlert', mayPage: [], withinMs: null },
      ],
    })
    expect(drill.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.isFrozen(drill.method[0]?.start)).toBe(true)
    expect(Object.isFrozen(drill.expectations[1]?.alert?.labels)).toBe(true)
  })

  it('reads the drill that the documentation shows', async () => {
    const docs = await readFile(fileURLToPath(new URL('../../../docs/drill-files.md', import.meta.url)), 'utf8')
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(docs) ?? []
    const drill = parseDrill(text, 'x.yaml', { services, objectives: ['store-availability'] })
    expect(drill.expectations.map(({ kind }) => kind)).toEqual([
      'metric',
      'alert',
      'action',
      'steady',
      'budget',
      'noOtherAlert',
    ])
    expect(drill.method.map(nameStep)).toEqual(['kill store', 'scale worker to 2'])
  })

  it('says that there is no such file', async () => {
    await expect(readDrill('drills/nowhere.yaml')).rejects.toMatchObject({
      code: 'FD_DRILL_NOT_FOUND',
      details: { where: 'drills/nowhere.yaml' },
    })
  })
})

describe('parseDrill', () => {
  it('orders the steps by time and fills in defaults', () => {
    const drill = parseDrill(
      whole('expectations: [{ steady: true, within: 4s }]').replace(
        'method: []',
        'method: [{ at: 2s, fault: kill, target: worker }, { at: 500ms, fault: kill, target: store, replica: store-2 }]',
      ),
      'drills/x.yaml',
    )
    expect(drill.method).toEqual([
      {
        kind: 'fault',
        index: 1,
        start: { kind: 'at', atMs: 500 },
        fault: 'kill',
        target: { service: 'store', replica: 'store-2' },
        params: { signal: 'SIGKILL' },
        forMs: 34_000,
      },
      {
        kind: 'fault',
        index: 0,
        start: { kind: 'at', atMs: 2_000 },
        fault: 'kill',
        target: { service: 'worker' },
        params: { signal: 'SIGKILL' },
        forMs: 34_000,
      },
    ])
  })

  it('reports every mistake of a file at once, each with its place', () => {
    const text = `titel: The store crashes
why: ""
steadyState:
  - http: stor
    path: ready
    status: "200"
  - metric: up
    is: = 1
  - pmetric: up
    is: "== 1"
load: { journey: brows, users: 0, spawnrate: 20 }
method:
  - at: 2
    fault: kil
    target: store
  - at: 2s
    fault: kill
    target: worker
    params: { signal: SIGKIL, now: true }
    for: soon
expectations:
  - alert: ServiceDown
    labels: { service: 3 }
    within: 2 s
  - action: restart
    by: operator
    target: stoer-1
    within: 3s
  - steady: yes
    within: 4s
    noOtherAlert: true
  - steady: false
    within: 4s
  - nothing
`
    expect(complaint(text)).toMatchInlineSnapshot(`
      "FD_DRILL_INVALID drills/x.yaml: 24 problems
      drills/x.yaml:1:1 "title" is missing
        expected: text that is not empty
      drills/x.yaml:1:1 titel: unknown key "titel"
        expected: one of title, why, parameters, seed, steadyState, load, method, watch, expectations
        next:     did you mean title?
      drills/x.yaml:2:6 why: empty
        expected: text that is not empty
        given:    ""
      drills/x.yaml:4:11 steadyState[0].http: unknown service "stor"
        expected: one of store, worker, prometheus
        next:     did you mean store?
      drills/x.yaml:5:11 steadyState[0].path: not what is expected here
        expected: text that begins with /
        given:    "ready"
      drills/x.yaml:6:13 steadyState[0].status: not what is expected here
        expected: an HTTP status, a list of them, or a range: "200..299". Default 200
        given:    "200"
      drills/x.yaml:8:9 steadyState[1].is: not a comparison
        expected: a comparison: "== 0", "> 5", "0.1..0.3"; ==, !=, <, <=, > or >= and a number, or a range
        given:    "= 1"
      drills/x.yaml:9:5 steadyState[2]: none of the known kinds
        expected: a mapping with one of the keys http, metric, objective
        given:    keys pmetric, is
        next:     did you mean metric?
      drills/x.yaml:11:7 load: "spawnRate" is missing
        expected: a number above 0 to 10000
      drills/x.yaml:11:18 load.journey: unknown journey "brows"
        expected: one of browse, trade, risky, cache-heavy, shoppers, newcomers, prices, heavy
        next:     did you mean browse?
      drills/x.yaml:11:32 load.users: out of range
        expected: a whole number from 1 to 10000
        given:    0
      drills/x.yaml:11:35 load.spawnrate: unknown key "spawnrate"
        expected: one of journey, users, spawnRate
        next:     did you mean spawnRate?
      drills/x.yaml:13:9 method[0].at: wrong type
        expected: a duration: 500ms, 2s, 1m30s
        given:    2
      drills/x.yaml:14:12 method[0].fault: unknown fault "kil"
        expected: one of no-op, kill, crash-loop, restart, stop, pause, scale, cpu, memory, host-memory, event-loop-block, disk-fill, descriptors, latency, error, abort, slow-body, wrong-content, not-ready, network-latency, network-bandwidth, network-stall, network-blackhole, network-reset, network-slow-close, network-slicer, network-limit, network-fail-first, network-down, network-deny, dependency-down, bad-config, crash, lose, drain, bad-image, failing-rule, slow-rule
        next:     did you mean kill?
      drills/x.yaml:19:23 method[1].params.signal: not what is expected here
        expected: one of SIGKILL, SIGTERM, SIGINT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGHUP, SIGUSR2, SIGALRM
        given:    "SIGKIL"
        next:     did you mean SIGKILL?
      drills/x.yaml:19:31 method[1].params.now: unknown key "now"
        expected: one of signal
      drills/x.yaml:20:10 method[1].for: not a duration
        expected: a duration: 500ms, 2s, 1m30s
        given:    "soon"
      drills/x.yaml:23:24 expectations[0].labels.service: wrong type
        expected: text
        given:    3
      drills/x.yaml:24:13 expectations[0].within: not a duration
        expected: a duration: 500ms, 2s, 1m30s
        given:    "2 s"
      drills/x.yaml:26:9 expectations[1].by: not what is expected here
        expected: "responder"
        given:    "operator"
      drills/x.yaml:27:13 expectations[1].target: unknown service "stoer"
        expected: one of store, worker, prometheus
        next:     did you mean store?
      drills/x.yaml:29:5 expectations[2]: is both "steady" and "noOtherAlert"
        expected: a mapping with one of the keys metric, alert, receiver, notReceivedBy, inhibitedBy, action, steady, budget, noOtherAlert
      drills/x.yaml:32:13 expectations[3].steady: not what is expected here
        expected: true
        given:    false
      drills/x.yaml:34:5 expectations[4]: wrong type
        expected: a mapping with one of the keys metric, alert, receiver, notReceivedBy, inhibitedBy, action, steady, budget, noOtherAlert
        given:    "nothing""
    `)
  })

  it.each([
    ['a variable that loads code', 'NODE_OPTIONS: "--import=data:,"', 'store has no setting "NODE_OPTIONS"'],
    ['a credential', 'FAULTS_TOKEN: mine', 'store has no setting "FAULTS_TOKEN"'],
    ['a slip of the keyboard', 'MAX_REQUEST: 5', 'did you mean MAX_REQUESTS?'],
    ['a value that the store would not start with', 'MAX_REQUESTS: 0', 'a whole number from 1 to 100000'],
    ['a NUL', 'RISKY_SEED: "1\\0"', 'RISKY_SEED must be one line, without NUL'],
    ['a name that is not one of a setting', 'lower case: 1', 'expected: a key that matches ^[A-Z][A-Z0-9_]{0,63}$'],
    ['the name of every prototype', '__proto__: 1', 'unknown key "__proto__"'],
  ])('refuses %s among the settings of an action, with its line', (_, settings, message) => {
    const method = `method: [{ at: 0s, action: configure, target: store, settings: { ${settings} } }]`
    const said = complaint(whole('expectations: [{ noOtherAlert: true }]').replace('method: []', method))
    expect(said).toContain(message)
    expect(said).toMatch(/^drills\/x\.yaml:6:\d+ method\[0\]\.settings\./m)
  })

  it('refuses to configure what has no settings', () => {
    const method = 'method: [{ at: 0s, action: configure, target: prometheus, settings: { LOG_LEVEL: info } }]'
    expect(complaint(whole('expectations: [{ noOtherAlert: true }]').replace('method: []', method))).toContain(
      'method[0].settings.LOG_LEVEL: prometheus has no settings',
    )
  })

  it('reads steps that act, and that wait for a condition; these keep the order of the file', () => {
    const method = `
  - { at: 2s, fault: kill, target: store }
  - { when: { alert: ServiceDown, labels: { service: store }, within: 5s }, action: configure, target: store, settings: { MAX_REQUESTS: 3 } }
  - { at: 1s, action: scale, target: worker, to: 3 }
  - { when: { steady: true, within: 9s }, action: restart, target: worker, replica: worker-2 }
  - { when: { metric: up, is: "> 0", within: 9s }, action: clearFaults }`
    const drill = parseDrill(whole('expectations: [{ noOtherAlert: true }]').replace(' []', method), 'x', { services })
    expect(drill.method.map(nameStep)).toEqual([
      'kill store',
      'configure store MAX_REQUESTS=3',
      'scale worker to 3',
      'restart worker-2',
      'clear all faults',
    ])
    expect(drill.method.map(({ start }) => nameStart(start))).toEqual([
      'at 2.00 s',
      'when ServiceDown{service="store"} fires, within 5.00 s',
      'at 1.00 s',
      'when steady, within 9.00 s',
      'when up > 0, within 9.00 s',
    ])
  })

  it('reads loads of a rate, of a module of your own, and none', () => {
    const load = (text: string) =>
      parseDrill(
        whole('watch: 1s\nexpectations: [{ noOtherAlert: true }]').replace(
          '{ journey: browse, users: 1, spawnRate: 1 }',
          text,
        ),
        '/home/me/drills/x.yaml',
        { services },
      ).load
    expect(load('{ journey: ../shop.ts, rate: 50, shape: spike, over: 10s, maxUsers: 9 }')).toEqual({
      journey: '/home/me/shop.ts',
      model: 'open',
      ratePerSecond: 50,
      shape: 'spike',
      durationMs: 10_000,
      maxUsers: 9,
    })
    expect(load('none')).toBeNull()
  })

  it('complains about steps, budgets and objectives as about all else', () => {
    const text = whole(`expectations:
  - budget: { objective: store-avialability, atMost: 5 }
seed: -1`)
      .replace('{ metric: up, is: "== 1" }', '{ objective: store }, { http: store, path: /, body: { jsonPath: $..a } }')
      .replace(
        ' []',
        `
  - { action: scael, target: store, at: 1s }
  - { action: scale, target: store, at: 1s, when: { steady: true, within: 1s } }
  - { fault: kill, target: store }
  - { when: { alrt: A, within: 1s }, action: restart, target: stoer }`,
      )
    const known = { services, objectives: ['store-availability'] }
    let said = ''
    try {
      parseDrill(text, 'x', known)
    } catch (error) {
      said = (error as InvalidFileError).format()
    }
    for (const part of [
      'steadyState[0].objective: unknown objective "store"',
      'steadyState[1].body.jsonPath: not a json-path',
      'steadyState[1].body: "jsonPath" and "is" go together',
      'method[0].action: unknown action "scael"',
      'did you mean scale?',
      'method[1]: "to" is missing',
      'method[1]: says both "at" and "when"',
      'method[2]: does not say when',
      'method[3].when: none of the known kinds',
      'did you mean alert?',
      'method[3].target: unknown service "stoer"',
      'expectations[0].budget.objective: unknown objective "store-avialability"',
      'expectations[0].budget.atMost: wrong type',
      'seed: out of range',
    ])
      expect(said).toContain(part)
  })

  it('reads the alerts that may page besides those expected', () => {
    const text = whole('watch: 1s\nexpectations: [{ noOtherAlert: { except: [PoolExhausted, ErrorCount] } }]')
    expect(parseDrill(text, 'drills/x.yaml', { services }).expectations[0]).toMatchObject({
      kind: 'noOtherAlert',
      mayPage: ['PoolExhausted', 'ErrorCount'],
      text: 'no other alert but PoolExhausted, ErrorCount',
    })
  })

  it.each([
    ['nothing', '', 'expectations: [{ noOtherAlert: true }]'],
    ['no time', 'watch: 0s', 'expectations: [{ steady: true, within: 0s }]'],
  ])('asks a drill that only watches for how long, and takes %s for no answer', (_, watch, expectations) => {
    const said = complaint(whole(`${watch}\n${expectations}`))
    expect(said).toContain('drills/x.yaml:6:9 method: a drill without steps watches for false alarms')
    expect(said).toContain('expected: a time for the whole drill, "watch: 30s", or an expectation with one')
    expect(complaint(whole(`watch: 30s\n${expectations}`))).toBe('no complaint')
    expect(complaint(whole('expectations: [{ steady: true, within: 5s }]'))).toBe('no complaint')
  })

  it.each([
    ['up{job="nope" ==', 'Prometheus refuses it: '],
    ['rate(up)', 'Prometheus refuses it: '],
    ['up[5m]', 'it gives no values that could be compared'],
  ])('refuses the expression %s wherever it stands, before Prometheus does', (metric, message) => {
    const written = JSON.stringify(metric)
    const said = complaint(
      whole(`expectations: [{ metric: ${written}, is: "== 0", within: 5s }]`)
        .replace('metric: up', `metric: ${written}`)
        .replace('[]', `[{ when: { metric: ${written}, is: "== 0", within: 1s }, fault: kill, target: store }]`),
    )
    for (const place of ['steadyState[0].metric', 'method[0].when.metric', 'expectations[0].metric'])
      expect(said).toContain(`${place}: ${message}`)
  })

  it('lets a fault last longer than the whole watch', () => {
    const text = whole('watch: 1m\nexpectations: [{ steady: true, within: 5s }]')
    const method = 'method: [{ at: 0s, fault: kill, target: store }]'
    const drill = parseDrill(text.replace('method: []', method), 'x', { services })
    expect(drill).toMatchObject({ leastWatchMs: 60_000, method: [{ forMs: 90_000 }] })
    expect(watchMs(drill)).toBe(60_000)
  })

  it('expects of every drill that no other alert pages, whether or not the file says so', () => {
    const { expectations } = parseDrill(whole('expectations: [{ steady: true, within: 5s }]'), 'x', { services })
    expect(expectations.map(({ text, withinMs }) => [text, withinMs])).toEqual([
      ['steady again', 5_000],
      ['no other alert', null],
    ])
  })

  it.each([
    ['a list that is not closed', 'title: [a\nwhy: b\n', '2:1 not YAML: Flow sequence in block collection'],
    ['a tab as indentation', 'title: a\nload:\n\tusers: 1\n', '3:1 not YAML: Tabs are not allowed as indentation'],
    ['a key that is there twice', 'title: a\ntitle: b\n', '2:1 the key "title" is there twice'],
    ['two documents', 'title: a\n---\ntitle: b\n', '2:1 more than one document'],
    ['an empty file', '', '1:1 wrong type'],
    ['a text', 'hello', '1:1 wrong type\n  expected: a mapping\n  given:    "hello"'],
    ['an alias of nothing', 'title: *nowhere', '1:8 there is no &nowhere before this'],
  ])('complains about %s', (_, text, expected) => {
    expect(complaint(text)).toContain(`FD_DRILL_INVALID drills/x.yaml: 1 problem\ndrills/x.yaml:${expected}`)
  })

  it("knows the parts of Firedrill's own stack when no others are given", () => {
    const text = whole('expectations: [{ action: restart, target: alertmanager-1, within: 1s }]')
    expect(parseDrill(text, 'x').expectations).toMatchObject([{ actsOn: 'alertmanager-1' }, { kind: 'noOtherAlert' }])
    expect(() => parseDrill(text.replace('alertmanager', 'pager'), 'x')).toThrow(InvalidFileError)
  })

  it('accepts a replica of a known service as the target of an action', () => {
    expect(complaint(whole('expectations: [{ action: restart, target: store-12, within: 1s }]'))).toBe('no complaint')
  })
})
