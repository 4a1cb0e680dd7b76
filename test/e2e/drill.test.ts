import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'
import { askMonitoring, FiredrillFolder, pagingAlerts, replicaOf } from './firedrill.ts'

/** One stack, started once: the commands of the README, in the order a newcomer would type them. */
describe('a stack and a drill', () => {
  let folder: FiredrillFolder
  let stack: StackView
  beforeAll(async () => {
    folder = await FiredrillFolder.create()
    stack = await folder.up()
  })
  afterAll(() => folder.remove())

  it('is up with every part healthy and every target scraped', async () => {
    expect(stack.state).toBe('up')
    const states = stack.services.flatMap((service) => service.replicas.map((one) => `${one.id} ${one.state}`)).sort()
    const { parts, externals } = describeStack(profiles.lab)
    expect(states).toEqual(parts.map(({ name }) => `${name}-1 healthy`).sort())
    // Stores are probed by TCP, everything of ours by HTTP.
    const probed = parts.filter(({ kind }) => kind !== 'monitoring').length
    const scraped = parts.filter(({ metrics }) => metrics !== undefined).length + externals.length
    // A scrape of a moment ago may have taken too long.
    await eventually(async () => (await promQuery('count(up == 1)')) === scraped + probed, 'every target to be up')
    await eventually(async () => (await promQuery('count(probe_success == 1)')) === probed, 'every probe to succeed')
  })

  it('finds no alert that could never fire, and one that could not when there is one', async () => {
    expect(await folder.json(['lint', '--live'])).toMatchObject({ findings: [] })
    const path = join(folder.path, 'wrong.yml')
    await writeFile(path, `groups: [{ name: g, rules: [{ alert: Never, expr: 'up{service="stoer"} == 0' }] }]\n`)
    const { exitCode, stdout } = await folder.run(['lint', '--live', path])
    expect(stdout).toContain(
      'wrong.yml:1:52 g/Never: no such series now: up is there, but no target has these labels now',
    )
    expect(exitCode).toBe(3)
  })

  it('raises no alert while nothing is wrong', async () => {
    expect(await pagingAlerts(stack)).toEqual([])
    const paged = 'ALERTS{alertstate="firing",severity!="none",service!="host"}'
    expect(await promQuery(`max(max_over_time(${paged}[1m])) or vector(0)`)).toBe(0)
  })

  it('runs the shipped drill: seen, paged, repaired by the responder, steady again', async () => {
    const run = await folder.run(['run', 'drills/store-crash.yaml', '--json', '--seed', '7'])
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal.reasons).toEqual([])
    expect(journal).toMatchObject({
      verdict: 'held',
      repairedBy: 'responder',
      profile: 'lab',
      runtime: 'native',
      seed: 7,
      unexpectedAlerts: [],
    })
    expect(run.exitCode).toBe(0)

    const names = [
      'injected',
      'seen',
      'pending',
      'firing',
      'notified',
      'received',
      'acting',
      'acted',
      'good again',
      'resolved',
    ]
    expect(journal.stages.map((stage) => stage.name)).toEqual(names)
    for (const [index, stage] of journal.stages.entries()) {
      expect(stage.atMs, `${stage.name}: ${stage.detail}`).not.toBeNull()
      const before = journal.stages[index - 1]
      const slack = Math.max(stage.resolutionMs, before?.resolutionMs ?? 0)
      expect((stage.atMs ?? 0) - (before?.atMs ?? 0), `${before?.name} → ${stage.name}`).toBeGreaterThanOrEqual(-slack)
    }
    const at = (name: string) => journal.stages.find((stage) => stage.name === name)?.atMs ?? Number.NaN
    expect(journal.mttdMs).toBe(at('received') - at('injected'))
    expect(journal.mttrMs).toBe(at('good again') - at('injected'))
    expect(journal.mttdMs ?? 0).toBeGreaterThan(0)
    expect(journal.expectations.every((one) => one.met)).toBe(true)

    // The journal's times are those of the others: the responder's own log, and control's events.
    const log = await readFile(join(folder.path, 'data', 'responder', 'incident_log.jsonl'), 'utf8')
    const records = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; atMs: number; incident: string })
    const opened = records.findLast((record) => record.event === 'opened')
    expect(opened?.atMs).toBe(at('received'))
    // The alert may be over before the restart is reported as done, and before it is known that it helped.
    const written = records.filter((record) => record.incident === opened?.incident).map((record) => record.event)
    expect(written.slice(0, 3)).toEqual(['opened', 'decided', 'acting'])
    expect(written).toEqual(expect.arrayContaining(['acted', 'resolved']))
    const restart = journal.events.find((event) => event.kind === 'starting' && event.replica === 'store-1')
    expect(restart?.actor).toBe('responder')
    // Users felt it, and only between the crash and the repair.
    expect(journal.load?.failures).toBeGreaterThan(0)
    expect(journal.felt?.failures).toBe(journal.load?.failures)
    expect(replicaOf(await folder.stack(), 'store-1').restarts).toBe(1)
  })

  it('deviates when the responder receives the alert but may not act: the repair is missed, and comes only when the fault is lifted', async () => {
    await folder.run(['maintenance', 'on', '--for', '10m', '--why', 'a person works'])
    const run = await folder.run(['run', 'drills/store-crash.yaml', '--json'])
    expect((await folder.run(['maintenance', 'off'])).exitCode).toBe(0)
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal, journal.reasons.join('\n')).toMatchObject({ verdict: 'deviated', repairedBy: 'fault lifted' })
    expect(run.exitCode).toBe(3)
    expect(journal.reasons.join('\n')).toContain('restart store by responder')
    const met = Object.fromEntries(journal.expectations.map((one) => [one.kind, one.met]))
    expect(met).toEqual({ metric: true, alert: true, budget: true, action: false, steady: false, noOtherAlert: true })
    expect(journal.stages.find((stage) => stage.name === 'received')?.atMs).not.toBeNull()
    expect(replicaOf(await folder.stack(), 'store-1').state).toBe('healthy')
  })

  it('is inconclusive, without touching anything, while the responder is down', async () => {
    await control('services/responder/stop', {})
    const before = replicaOf(await folder.stack(), 'store-1').pid
    const run = await folder.run(['run', 'drills/store-crash.yaml', '--json'])
    await control('services/responder/start', {})
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal).toMatchObject({ verdict: 'inconclusive', gate: { clean: false }, load: null, faults: [] })
    expect(run.exitCode).toBe(4)
    expect(replicaOf(await folder.stack(), 'store-1').pid).toBe(before)
  })

  it('is aborted by Ctrl-C in the middle: the fault is lifted and the store runs', async () => {
    const { exitCode, printed, reached } = await folder.runUntil(
      ['run', 'drills/store-crash.yaml'],
      'injected',
      (kill) => kill('SIGINT'),
    )
    expect(reached, printed).toBe(true)
    expect(exitCode, printed).toBe(5)
    expect(printed).toMatch(/VERDICT +aborted/)
    // The responder may have begun to start it before the run could, and be at it when the run ends.
    await eventually(async () => replicaOf(await folder.stack(), 'store-1').state === 'healthy', 'store-1 to run again')
  })

  it('waits for another run on the stack, or is refused with whose turn it is', { timeout: 120_000 }, async () => {
    // Whose turn it is does not depend on how busy this machine is.
    const file = join(folder.path, 'watch.yaml')
    await writeFile(
      file,
      'title: Watch\nwhy: x\nsteadyState: [{ http: store, path: /ready }]\nload: none\nmethod: []\nwatch: 12s\nexpectations: [{ noOtherAlert: true }]\n',
    )
    let waited: Awaited<ReturnType<typeof folder.run>> | undefined
    const first = await folder.runUntil(['run', file, '--busy'], 'false alarms are watched for', async () => {
      const refused = await folder.run(['run', 'store-crash', '--no-wait'])
      expect(refused.exitCode).toBe(6)
      expect(refused.stderr).toMatch(
        /FD_RUN_UNDER_WAY another run is under way on this system: watch, process \d+, since /,
      )
      waited = await folder.run(['run', file, '--json', '--busy'])
    })
    expect(first.printed).toMatch(/VERDICT +held/)
    expect(waited?.stderr).toContain('this one begins when that is over')
    const journal = JSON.parse(waited?.stdout ?? '') as Journal
    expect(journal, journal.reasons.join('\n')).toMatchObject({ verdict: 'held', mttrMs: null })
  })

  it('refuses before it begins all that could be known before: drills, journeys, reports, alerts, labels and bounds', async () => {
    const file = join(folder.path, 'impossible.yaml')
    await writeFile(join(folder.path, 'broken.ts'), 'export default { tasks: [async () => {}] }')
    await writeFile(
      file,
      `title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: { journey: ./broken.ts, users: 1, spawnRate: 1 }
method: [{ at: 0s, fault: kill, target: store }]
expectations:
  - { alert: NoSuchAlert, within: 10ms }
  - { alert: HostHighCPU, labels: { foo: bar }, within: 10ms }
`,
    )
    const before = replicaOf(await folder.stack(), 'store-1').pid
    const run = await folder.run(['run', file, 'stroe-crash', '--report', `html=${folder.path}`])
    expect(run.exitCode, run.stderr).toBe(2)
    for (const part of [
      'FD_RUN_REFUSED nothing was run, for 4 reasons',
      'this is a folder',
      'FD_DRILL_NOT_FOUND stroe-crash',
      'tasks[0] is a bare function',
      'no rule defines the alert NoSuchAlert',
      'no rule of HostHighCPU gives it a label foo',
      "the monitoring's own clock takes at least 20.0 s, and 10 ms are allowed",
    ])
      expect(run.stderr).toContain(part)
    expect(replicaOf(await folder.stack(), 'store-1').pid).toBe(before)
  })

  it('refuses a drill file full of mistakes with all of them at once, and runs nothing', async () => {
    const file = join(folder.path, 'wrong.yaml')
    await writeFile(
      file,
      'title: Wrong\nwhy: x\nsteadyState:\n  - http: stoer\n    path: ready\nload: { journey: brows, users: none }\nmethod:\n  - at: soon\n    fault: kil\n    target: store\n  - { at: 1s, action: configure, target: store, settings: { NODE_OPTIONS: --inspect } }\nexpectations:\n  - alert: ServiceDown\n    within: 2\n  - steddy: true\n',
    )
    const run = await folder.run(['run', file])
    expect(run.exitCode).toBe(2)
    // A dry run is read as closely.
    expect((await folder.run(['run', file, '--dry-run'])).stderr).toBe(run.stderr)
    for (const part of [
      'FD_DRILL_INVALID',
      'wrong.yaml:4',
      'wrong.yaml:5',
      'wrong.yaml:6',
      'wrong.yaml:8',
      'wrong.yaml:9',
      'wrong.yaml:11',
      'store has no setting "NODE_OPTIONS"',
      'wrong.yaml:14',
      'wrong.yaml:15',
      'did you mean kill',
      'did you mean browse',
    ]) {
      expect(run.stderr).toContain(part)
    }
  })

  it('keeps acknowledged items when PostgreSQL is killed with -9, restarts it by policy, and the store recovers by itself', async () => {
    const { url } = replicaOf(stack, 'store-1')
    const key = `durable-${Date.now()}`
    const created = await fetch(`${url}/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key, value: 'kept' }),
    })
    expect(created.status).toBe(201)
    const before = replicaOf(await folder.stack(), 'postgres-1')
    process.kill(before.pid as number, 'SIGKILL')
    await eventually(async () => {
      const now = replicaOf(await folder.stack(), 'postgres-1')
      return now.state === 'healthy' && now.pid !== before.pid
    }, 'PostgreSQL to be back')
    await eventually(async () => (await fetch(`${url}/items/${key}`)).status === 200, 'the item to be readable')
    expect(await (await fetch(`${url}/items/${key}`)).json()).toMatchObject({ key, value: 'kept' })
  })

  it('restarts Prometheus by policy when it is killed with -9', async () => {
    const before = replicaOf(await folder.stack(), 'prometheus-1')
    process.kill(before.pid as number, 'SIGKILL')
    await eventually(async () => {
      const now = replicaOf(await folder.stack(), 'prometheus-1')
      return now.state === 'healthy' && now.pid !== before.pid
    }, 'Prometheus to be back')
  })

  it.each([
    ['the webhook without a token', 'responder-1', '/webhook', {}, 401, 'FD_HTTP_UNAUTHORIZED'],
    ['a webhook that is no webhook', 'responder-1', '/webhook', { alerts: 'all' }, 401, 'FD_HTTP_UNAUTHORIZED'],
    ['a restart without a token', 'console', '/v1/services/store/restart', {}, 401, 'FD_HTTP_UNAUTHORIZED'],
    [
      'a fault without a token',
      'console',
      '/v1/faults',
      { fault: 'kill', service: 'store' },
      401,
      'FD_HTTP_UNAUTHORIZED',
    ],
  ])('refuses %s', async (_, part, path, body, status, code) => {
    const url = part === 'console' ? stack.url : replicaOf(stack, part).url
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  it('lets the responder restart, and neither inject faults nor stop the stack', async () => {
    const token = await folder.token('responder')
    const post = (path: string, body: unknown) =>
      fetch(`${stack.url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
    expect((await post('faults', { fault: 'kill', service: 'store' })).status).toBe(401)
    expect((await post('down', {})).status).toBe(401)
    expect((await post('services/worker/restart', {})).status).toBe(200)
  })

  it('leads with the token of the responder neither to code, nor to another token, nor to a silent responder', async () => {
    const [token, operators] = await Promise.all([folder.token('responder'), folder.token('control')])
    const ask = async (method: string, url: string, body: unknown, bearer = token) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
      const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
      return { status: answer.status, body: (await answer.json()) as { code?: string; expected?: string } }
    }
    const service = (path: string) => `${stack.url}/v1/services/${path}`
    const before = replicaOf(await folder.stack(), 'worker-1').pid
    const stolen = join(folder.path, 'stolen')
    const from = join(folder.path, 'secrets', 'control')
    const code = `data:text/javascript,import{copyFileSync}from'fs';copyFileSync('${from}','${stolen}')`
    for (const settings of [
      { NODE_OPTIONS: `--import=${code}` },
      { LD_PRELOAD: stolen },
      { PATH: folder.path },
      { FAULTS_TOKEN: 'mine' },
      { DATABASE_URL: 'postgres://mine/' },
    ]) {
      const { status, body } = await ask('POST', service('worker/configure'), { settings })
      expect([status, body.code, body.expected]).toEqual([
        422,
        'FD_RUNTIME_SETTING',
        'one of WORKER_INTERVAL, WORKER_BATCH_SIZE, LOG_LEVEL',
      ])
    }
    expect(replicaOf(await folder.stack(), 'worker-1').pid).toBe(before)
    await expect(readFile(stolen)).rejects.toMatchObject({ code: 'ENOENT' })

    const maintenance = { service: '*', forMs: 60_000, why: '' }
    for (const url of [`${replicaOf(stack, 'responder-1').url}/maintenance`, `${stack.url}/v1/maintenance`])
      expect((await ask('PUT', url, maintenance)).status).toBe(401)
    for (const part of ['responder', 'alertmanager', 'prometheus', 'store']) {
      for (const verb of ['stop', 'pause']) expect((await ask('POST', service(`${part}/${verb}`), {})).status).toBe(401)
      expect((await ask('POST', service(`${part}/scale`), { replicas: 0 })).status).toBe(403)
    }
    expect((await ask('POST', service('responder/restart'), {})).status).toBe(403)
    expect((await fetch(service('store/logs'), { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)

    // The secret that breaks one part opens no other.
    const hold = { fault: 'latency', params: {}, leaseMs: 1_000, forMs: 1_000, seed: 1 }
    const faults = (part: string) => `${replicaOf(stack, `${part}-1`).url}/faults/x`
    for (const bearer of [token, operators, await folder.token('faults-store'), await folder.token('faults-proxy')])
      expect((await ask('PUT', faults('worker'), hold, bearer)).status).toBe(401)
  })

  it.each([
    ['an unknown fault', { fault: 'kil', service: 'store' }, 422, 'FD_FAULT_UNKNOWN'],
    [
      'parameters that the fault does not have',
      { fault: 'kill', service: 'store', params: { signal: 'SIGNOTHING' } },
      422,
      'FD_FAULT_PARAMS',
    ],
    ['an unknown service', { fault: 'kill', service: 'nothing' }, 422, 'FD_FAULT_PARAMS'],
    ['a body with unknown fields', { fault: 'kill', service: 'store', sevrice: 'x' }, 400, 'FD_HTTP_INVALID'],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await control('faults', body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  it('takes a bare alert by hand, with the token, and says which incident it is', async () => {
    const response = await fetch(`${replicaOf(stack, 'responder-1').url}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await folder.token('webhook')}` },
      body: JSON.stringify({ alerts: [{ labels: { alertname: 'SomethingElse', severity: 'critical' } }] }),
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ received: 1 })
  })

  it('shows logs of a part, and says which there are when there is none', async () => {
    expect((await folder.run(['logs', 'store'])).stdout).toContain('listening')
    const wrong = await folder.run(['logs', 'stoer'])
    expect(wrong.exitCode).toBe(2)
    expect(wrong.stderr).toContain('did you mean store')
  })

  it('refuses a second stack in the same folder', async () => {
    const second = await folder.run(['up', '--detach'])
    expect(second.exitCode).toBe(6)
    expect(second.stderr).toContain('FD_STACK_UP')
  })

  it('ends a run as aborted when the stack is stopped during it, and says so on both sides', async () => {
    let down: Awaited<ReturnType<typeof folder.run>> | undefined
    const run = await folder.runUntil(['run', 'drills/store-crash.yaml'], 'injected', async () => {
      down = await folder.run(['down'])
    })
    expect(run.exitCode, run.printed).toBe(5)
    expect(run.printed).toMatch(/VERDICT +aborted\n +because +stopped: the stack was stopped during the run\n/)
    expect(down?.stderr).toMatch(/stopped during the run store-crash \(process \d+\)/)
    expect(down?.exitCode).toBe(0)
  })

  async function promQuery(query: string): Promise<number> {
    const answer = await askMonitoring<{ data: { result: { value: [number, string] }[] } }>(
      stack,
      'prometheus',
      `/api/v1/query?query=${encodeURIComponent(query)}`,
    )
    return Number(answer.data.result[0]?.value[1])
  }

  async function control(path: string, body: unknown): Promise<Response> {
    const token = await folder.token('control')
    return fetch(`${stack.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  }
})

async function eventually(check: () => Promise<boolean>, what: string): Promise<void> {
  const { done, notYet, waitUntil } = await import('../../src/base/wait.ts')
  await waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 100,
  })
}
