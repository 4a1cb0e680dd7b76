import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { saveJournal } from '../../../drills/journal/journal-store.ts'
import { hostileJournal } from '../../../drills/journal/test-journal.ts'
import { FakeRuntime } from '../../../runtimes/fake/runtime.ts'
import { profiles } from '../../../stack/profile.ts'
import { describeStack } from '../../../stack/topology.ts'
import type { PlanView } from '../../contract.ts'
import { testCallers } from '../access/test-callers.ts'
import { DrillCatalog } from '../drills/drill-catalog.ts'
import { JournalIndex } from '../drills/journal-index.ts'
import { Router } from '../router.ts'
import { addDrillRoutes } from './drill-routes.ts'

/** What Prometheus would answer, by path; and how often it was asked. */
const ANSWERS: Record<string, unknown> = {
  '/api/v1/rules': {
    groups: [
      {
        interval: 0.2,
        rules: [{ type: 'alerting', name: 'ServiceDown', query: 'up == 0', duration: 0.2, labels: { severity: 'x' } }],
      },
    ],
  },
  '/api/v1/labels': ['service', 'instance'],
  '/api/v1/status/config': { yaml: 'global: {}' },
  '/api/v1/status/buildinfo': { version: '2.42.0' },
}

let folder: string
let app: HttpServer
let url: string
let prometheus: Server
let asked: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-drill-routes-'))
  await mkdir(join(folder, 'journals'))
  asked = []
  prometheus = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    asked.push(pathname)
    response.end(JSON.stringify({ status: 'success', data: ANSWERS[pathname] }))
  })
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve))
  const { port } = prometheus.address() as AddressInfo
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  const journals = new JournalIndex({ journals: join(folder, 'journals') })
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  addDrillRoutes(new Router(app, testCallers({ operator: 'o'.repeat(43), responder: 'r'.repeat(43) })), {
    journals,
    catalog: new DrillCatalog(journals),
    describe: () => ({
      endpoints: { prometheus: `http://127.0.0.1:${port}`, alertmanager: '' },
      services: runtime.services(),
      profile: 'lab',
    }),
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  await new Promise((resolve) => prometheus.close(resolve))
  await rm(folder, { recursive: true })
})

const plan = async (path: string): Promise<PlanView> => (await fetch(`${url}/v1/drills/${path}`)).json() as never

describe('the routes of drills', () => {
  it('plan a drill against the rules that Prometheus has now', async () => {
    const { steps, floor, expectations, refusals } = await plan('store-crash/plan')
    expect(steps).toEqual([
      {
        text: 'kill store',
        due: 'at 2.00 s',
        kind: 'fault',
        startMs: 2_000,
        params: { signal: 'SIGKILL' },
        forMs: 30_000,
        target: 'store',
        undo: expect.stringContaining('The process is started again'),
      },
    ])
    expect(floor.received.minMs).toBeGreaterThan(0)
    expect(expectations[1]).toMatchObject({ kind: 'alert', alert: 'ServiceDown', floor: expect.anything() })
    expect(refusals).toEqual([])
  })

  it('plan with other values of parameters, and say what cannot be', async () => {
    const { parameters, refusals } = await plan('cpu-stress/plan?set=threads%3D2')
    expect(parameters).toEqual({ threads: 2 })
    // This Prometheus has no such rule.
    expect(refusals.join()).toContain('HostHighCPU')
    expect(await plan('cpu-stress/plan?set=threads%3Dmany')).toMatchObject({ status: 422, code: 'FD_DRILL_INVALID' })
    expect(await plan('none/plan')).toMatchObject({ status: 404, code: 'FD_DRILL_NOT_FOUND' })
  })

  it('ask Prometheus once for many plans', async () => {
    await Promise.all(['store-crash', 'quiet', 'store-crash', 'cpu-stress'].map((name) => plan(`${name}/plan`)))
    expect(asked.sort()).toEqual(Object.keys(ANSWERS).sort())
  })

  it('say that Prometheus does not answer, and ask again the next time', async () => {
    const rules = ANSWERS['/api/v1/rules']
    ANSWERS['/api/v1/rules'] = undefined
    try {
      expect((await plan('quiet/plan')) as unknown).toMatchObject({ code: expect.stringMatching(/^FD_/) })
    } finally {
      ANSWERS['/api/v1/rules'] = rules
    }
    expect((await plan('quiet/plan')).refusals).toEqual([])
  })

  it('return a journal as it is, and its report as a download that runs no script here', async () => {
    const hostile = { ...hostileJournal(), drill: { ...hostileJournal().drill, sha256: 'a'.repeat(64) } }
    await saveJournal({ journals: join(folder, 'journals') }, hostile)
    const { journals } = (await (await fetch(`${url}/v1/journals`)).json()) as { journals: { id: string }[] }
    const [{ id } = { id: '' }] = journals
    expect(await (await fetch(`${url}/v1/journals/${id}`)).json()).toEqual(JSON.parse(JSON.stringify(hostile)))
    const report = await fetch(`${url}/v1/journals/${id}/report`)
    expect(report.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(report.headers.get('content-disposition')).toBe(`attachment; filename="${id}.html"`)
    expect(report.headers.get('content-security-policy')).toContain('sandbox')
    expect(report.headers.get('x-content-type-options')).toBe('nosniff')
    const page = await report.text()
    expect(page).toMatch(/^<!doctype html>/i)
    expect(page).not.toContain('<script>alert(')
  })

  it.each([
    ['/v1/journals/none', 404, 'FD_JOURNAL_NOT_FOUND'],
    ['/v1/journals/none/report', 404, 'FD_JOURNAL_NOT_FOUND'],
    ['/v1/journals/broken', 422, 'FD_JOURNAL_INVALID'],
    ['/v1/journals/..%2Fid', 400, 'FD_HTTP_INVALID'],
    ['/v1/journals?limit=0', 400, 'FD_HTTP_INVALID'],
    ['/v1/journals?limit=100000', 400, 'FD_HTTP_INVALID'],
    ['/v1/journals?verdict=good', 400, 'FD_HTTP_INVALID'],
    ['/v1/drills/..%2F..%2Fpackage', 404, 'FD_DRILL_NOT_FOUND'],
    ['/v1/drills/store-crash/plan?set=x%3D1', 422, 'FD_USAGE'],
  ])('refuse %s', async (path, status, code) => {
    await writeFile(join(folder, 'journals', 'broken.json'), '{}')
    const answer = await fetch(url + path)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code })
  })
})
