import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { announce } from '../../runtimes/native/state/under-way.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import type { IncidentView } from '../contract.ts'
import { Situation } from './situation.ts'

const STARTED = '2026-01-01T00:00:00Z'
const alert = (alertname: string, state: string, more: Record<string, string> = {}) => ({
  labels: { alertname, instance: 'store-1', ...more },
  state,
  activeAt: STARTED,
})
const held = (alertname: string, state: string) => ({
  labels: { alertname, instance: 'store-1', severity: 'critical' },
  startsAt: STARTED,
  updatedAt: STARTED,
  status: { state },
})

let folder: StateFolder
let monitoring: Server
let asked: string[]
let answers: Record<string, unknown>
beforeEach(async () => {
  folder = new StateFolder(await mkdtemp(join(tmpdir(), 'fd-situation-')))
  asked = []
  answers = {
    '/api/v1/alerts': {
      status: 'success',
      data: {
        alerts: [
          alert('Watchdog', 'firing'),
          alert('HighLatency', 'pending'),
          alert('ServiceDown', 'firing'),
          alert('ProbeFailed', 'firing'),
        ],
      },
    },
    '/api/v2/alerts': [held('ServiceDown', 'active'), held('ProbeFailed', 'suppressed')],
  }
  monitoring = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    asked.push(path)
    if (answers[path] === undefined) response.statusCode = 503
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[path] ?? {}))
  })
  await new Promise<void>((resolve) => monitoring.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await new Promise((resolve) => monitoring.close(resolve))
  await rm(folder.path, { recursive: true, force: true })
})

const incident = (number: number, more: Partial<IncidentView>): IncidentView => ({
  id: `${number}`,
  number,
  alertname: 'ServiceDown',
  labels: {},
  target: 'store-1',
  status: 'acting',
  inProgress: true,
  startsAtMs: 0,
  receivedAtMs: 0,
  actions: [],
  ...more,
})

function situation(incidents: () => Promise<IncidentView[]> = async () => []): Situation {
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  const { port } = monitoring.address() as AddressInfo
  const services = (): ServiceStatus[] =>
    new FakeRuntime(describeStack(profiles.lab)).services().map((service) => ({
      ...service,
      replicas: [
        { id: `${service.name}-1`, state: 'healthy', sinceMs: 0, address: { host: '127.0.0.1', port }, restarts: 0 },
      ],
    }))
  return new Situation({
    folder,
    runtime: Object.assign(runtime, { services }),
    authorizations: new Map(),
    settings: undefined,
    responder: {
      incidents: async () => ({ incidents: await incidents() }),
      maintenance: async () => ({ maintenance: [{ service: '*', untilMs: 1, why: 'a test' }] }),
    },
  })
}

describe('the situation', () => {
  it('has the alerts that notify a person, firing ones first, and says which ones are suppressed', async () => {
    const { alerts } = await situation().view()
    expect(alerts?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'ServiceDown firing',
      'HighLatency pending',
      'ProbeFailed suppressed',
    ])
    expect(alerts?.[0]).toMatchObject({ labels: { instance: 'store-1' }, activeAtMs: Date.parse(STARTED) })
  })

  it('has incidents that are not over, maintenance, and runs whose process is alive', async () => {
    const strike = announce(folder, { kind: 'run', name: 'store-crash' })
    const open = incident(2, {})
    const over = [incident(1, { resolvedAtMs: 5 }), incident(3, { status: 'ignored' })]
    const view = await situation(async () => [...over, open]).view()
    strike()
    expect(view.incidents).toEqual([{ number: 2, alertname: 'ServiceDown', target: 'store-1', status: 'acting' }])
    expect(view.maintenance).toEqual([{ service: '*', untilMs: 1, why: 'a test' }])
    expect(view.runs).toEqual([{ kind: 'run', name: 'store-crash', pid: process.pid }])
    expect(view.problems).toEqual([])
  })

  it('names the sources that do not answer, and has the rest', async () => {
    answers['/api/v1/alerts'] = undefined
    const view = await situation(async () => {
      throw new Error('the responder does not answer')
    }).view()
    expect(view.problems).toEqual([expect.stringMatching(/^alerts: /), 'incidents: the responder does not answer'])
    expect(view).toMatchObject({ alerts: null, incidents: null })
    expect(view.maintenance).toHaveLength(1)
  })

  it('asks once for all who ask within a second', async () => {
    const one = situation()
    await Promise.all(Array.from({ length: 50 }, () => one.view()))
    expect(asked.toSorted()).toEqual(['/api/v1/alerts', '/api/v2/alerts'])
  })
})
