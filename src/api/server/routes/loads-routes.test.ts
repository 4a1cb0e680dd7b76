import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { madeUpResult } from '../../../reporters/load/test-result.ts'
import { writeLoadReport } from '../../../reporters/load/write-load-report.ts'
import { ChildCommands } from '../../commands/child-commands.ts'
import type { FaultSpan, LoadHead, LoadRunView, LoadsView } from '../../contract.ts'
import { testCallers } from '../access/test-callers.ts'
import { KeptLoads } from '../loads/kept-loads.ts'
import { LiveLoads } from '../loads/live-loads.ts'
import { StartedLoads } from '../loads/started-loads.ts'
import { reportAfter } from '../loads/test-load.ts'
import { Router } from '../router.ts'
import { addLoadRoutes } from './load-routes.ts'
import { addLoadsRoutes } from './loads-routes.ts'

const token = 't'.repeat(43)
const authorization = `Bearer ${token}`
const body = { journey: 'browse', durationMs: 5_000 }
const FIRST = '2026-01-02T03-04-05-678Z-browse'
const SECOND = '2026-01-02T04-00-00-000Z-trade'

let folder: string
let app: HttpServer
let url: string
let live: LiveLoads
let commands: ChildCommands
let faultsIn: (fromMs: number, toMs: number) => Promise<FaultSpan[]>
beforeEach(async () => {
  faultsIn = async () => []
  folder = mkdtempSync(join(tmpdir(), 'fd-loads-'))
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  const program = [process.execPath, join(folder, 'load.mjs')] as const
  commands = new ChildCommands({ program, statePath: folder, graceMs: 20_000 })
  const started = new StartedLoads({ commands, halting: undefined })
  live = new LiveLoads({ isOurs: (pid) => started.isOurs(pid) })
  const router = new Router(app, testCallers({ operator: token, responder: 'r'.repeat(43) }))
  addLoadRoutes(router, live)
  addLoadsRoutes(router, {
    live,
    kept: new KeptLoads(join(folder, 'loads')),
    started,
    faultsIn: (...range) => faultsIn(...range),
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  await commands.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A load in a process of its own that reports as `firedrill load` does, until it is interrupted. */
function writeProgram(): void {
  const report = JSON.stringify(reportAfter(1))
  writeFileSync(
    join(folder, 'load.mjs'),
    `import { writeFileSync } from 'node:fs'
writeFileSync('${folder}/arguments', JSON.stringify(process.argv.slice(2)))
const report = (more) => fetch('${url}/v1/load', {
  method: 'POST',
  headers: { authorization: '${authorization}', 'content-type': 'application/json' },
  body: JSON.stringify({ ...${report}, pid: process.pid, ...more }),
})
const timer = setInterval(() => {}, 1_000)
process.on('SIGINT', async () => {
  clearInterval(timer)
  await report({ ended: true, users: 0 })
  process.exit(5)
})
await report({})
`,
  )
}

async function keep(id: string, more: Parameters<typeof madeUpResult>[0] = {}): Promise<void> {
  await writeLoadReport(join(folder, 'loads', id), madeUpResult(more))
}

const get = async (path: string) => {
  const response = await fetch(url + path)
  return { status: response.status, headers: response.headers, value: (await response.json()) as never }
}
const ask = async (method: string, path: string, sent?: object) => {
  const headers = { authorization, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(url + path, { method, headers, ...(sent && { body: JSON.stringify(sent) }) })
  return { status: response.status, value: (await response.json()) as never }
}

describe('the routes of loads that are kept', () => {
  it('list them a page at a time, latest first, and leave out what is no result', async () => {
    await keep(FIRST)
    await keep(SECOND)
    mkdirSync(join(folder, 'loads', '2026-01-02T05-00-00-000Z-killed'))
    mkdirSync(join(folder, 'loads', 'not a load'))
    writeFileSync(join(folder, 'loads', 'file'), '')
    const first: LoadsView = (await get('/v1/loads?limit=2')).value
    expect(first).toMatchObject({ total: 3, unreadable: 1, next: SECOND, live: [], whyNotStarted: null })
    expect(first.loads).toMatchObject([{ id: SECOND, outcome: 'passed', kept: true, state: 'ended', users: 40 }])
    const second: LoadsView = (await get(`/v1/loads?limit=2&before=${SECOND}`)).value
    expect(second).toMatchObject({ next: null, unreadable: 0, loads: [{ id: FIRST }] })
  })

  it('show one with its history, in the form of one that runs', async () => {
    await keep(FIRST)
    const { value } = await get(`/v1/loads/${FIRST}`)
    expect(value).toMatchObject({
      thresholds: [
        { text: 'p95<2s', latencyMs: 2_000 },
        { text: 'errors<1%', latencyMs: null },
      ],
      unfinished: 3,
      checks: [{ passed: 100, failed: 1 }],
    })
    const { history } = value as { history: { timesMs: number[]; causes: { cause: string }[] } }
    expect(history.timesMs).toHaveLength(12)
    expect(history.causes).toMatchObject([{ cause: 'http 503' }])
  })

  it('have the faults that were in force in their time, and none where the monitoring does not answer', async () => {
    await keep(FIRST)
    faultsIn = async (fromMs, toMs) => [{ fault: 'kill', target: 'store-1', fromMs, toMs }]
    const { faults, startedAtMs, elapsedMs }: LoadRunView = (await get(`/v1/loads/${FIRST}`)).value
    expect(faults).toEqual([{ fault: 'kill', target: 'store-1', fromMs: startedAtMs, toMs: startedAtMs + elapsedMs }])
    faultsIn = () => Promise.reject(new Error('no answer'))
    const without: LoadRunView = (await get(`/v1/loads/${FIRST}`)).value
    expect(without).toMatchObject({ id: FIRST, faults: [] })
  })

  it('send the report as a download that runs nothing here', async () => {
    await keep(FIRST)
    const response = await fetch(`${url}/v1/loads/${FIRST}/report`)
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="load-${FIRST}.html"`)
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(await response.text()).toContain('<!doctype html>')
  })

  it('compare two, figure by figure', async () => {
    await keep(FIRST)
    await keep(SECOND, { slower: 2 })
    const { value } = await get(`/v1/loads/${FIRST}/comparison/${SECOND}`)
    const { notes, differences } = value as { notes: string[]; differences: { metric: string; change: number }[] }
    expect(notes).toEqual([])
    expect(differences.filter(({ metric }) => metric === 'p95').every(({ change }) => change > 0.5)).toBe(true)
  })

  it.each([
    ['a load that there is not', `/v1/loads/${FIRST}`, 404, 'FD_LOAD_UNKNOWN'],
    ['its report', `/v1/loads/${FIRST}/report`, 404, 'FD_LOAD_UNKNOWN'],
    ['a path in place of an id', '/v1/loads/..%2F..%2Fsecrets/report', 400, 'FD_HTTP_INVALID'],
    ['a page before what is no id', '/v1/loads?before=..%2F', 400, 'FD_HTTP_INVALID'],
  ])('refuse %s', async (_, path, status, code) => {
    expect(await get(path)).toMatchObject({ status, value: { code } })
  })

  it('refuse a result that lacks figures, and list the others', async () => {
    await keep(FIRST)
    const { history: _, ...result } = madeUpResult()
    mkdirSync(join(folder, 'loads', SECOND))
    writeFileSync(join(folder, 'loads', SECOND, 'result.json'), JSON.stringify(result))
    expect(await get(`/v1/loads/${SECOND}`)).toMatchObject({ status: 422, value: { code: 'FD_LOAD_RESULT' } })
    expect((await get('/v1/loads')).value).toMatchObject({ unreadable: 1, loads: [{ id: FIRST }] })
  })
})

describe('the routes of loads that the console starts', () => {
  it('start one in a process of its own, see it run, and stop it', async () => {
    writeProgram()
    const begun = await ask('POST', '/v1/loads', { ...body, level: 'medium', thresholds: ['p95<200ms'] })
    expect(begun).toMatchObject({
      status: 201,
      value: { id: FIRST, state: 'running', startedBy: 'console', mayStop: true },
    })
    const again = await ask('POST', '/v1/loads', body)
    expect(again).toMatchObject({ status: 409, value: { code: 'FD_LOAD_UNDER_WAY' } })
    expect(((await get('/v1/loads')).value as LoadsView).live).toMatchObject([{ id: FIRST, state: 'running' }])

    const stopped = await ask('DELETE', `/v1/loads/${FIRST}`)
    expect(stopped).toMatchObject({ status: 200, value: { state: 'ended', kept: false, startedBy: 'console' } })
    expect(await ask('DELETE', `/v1/loads/${FIRST}`)).toMatchObject({ status: 404 })
    await keep(FIRST)
    expect((await get(`/v1/loads/${FIRST}`)).value).toMatchObject({ kept: true, startedBy: 'console' })
    expect(((await get('/v1/loads')).value as LoadsView).live).toEqual([])
  })

  it.each([
    ['a journey of another place', { journey: '/etc/passwd' }, 422, 'FD_LOAD_JOURNEY'],
    ['a threshold that cannot be read', { thresholds: ['--out=/tmp'] }, 422, 'FD_LOAD_THRESHOLD'],
    ['a field that the command has and this has not', { target: 'http://example.org' }, 400, 'FD_HTTP_INVALID'],
    ['more users than the command takes', { users: 50_001 }, 400, 'FD_HTTP_INVALID'],
  ])('refuse %s before a process is started', async (_, more, status, code) => {
    expect(await ask('POST', '/v1/loads', { ...body, ...more })).toMatchObject({ status, value: { code } })
  })

  it('pass on why the command was refused', async () => {
    const failed = { code: 'FD_USAGE', message: '--rate does not go with --users', next: 'firedrill load --help' }
    writeFileSync(
      join(folder, 'load.mjs'),
      `process.send({ failed: ${JSON.stringify(failed)} }, () => process.exit(2))`,
    )
    const { status, value } = await ask('POST', '/v1/loads', { ...body, users: 3, ratePerSecond: 5 })
    expect({ status, value }).toMatchObject({ status: 422, value: { code: 'FD_USAGE', detail: failed.message } })
    const next = await ask('POST', '/v1/loads', body)
    expect(next.value).not.toMatchObject({ code: 'FD_LOAD_UNDER_WAY' })
  })

  it('do not stop a load that another process has started', async () => {
    live.report(reportAfter(1, { pid: process.pid }))
    const { status, value } = await ask('DELETE', `/v1/loads/${FIRST}`)
    expect({ status, value }).toMatchObject({ status: 409, value: { code: 'FD_LOAD_NOT_OURS' } })
  })

  it('want the token', async () => {
    expect((await fetch(`${url}/v1/loads`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${url}/v1/loads/${FIRST}`, { method: 'DELETE' })).status).toBe(401)
  })

  it('offer what a load can be made of', async () => {
    const { value } = await get('/v1/journeys')
    const { journeys, levels, shapes } = value as {
      journeys: { name: string }[]
      levels: LoadHead[]
      shapes: { name: string; outline: number[][] }[]
    }
    expect(journeys.map(({ name }) => name)).toContain('browse')
    expect(levels).toHaveLength(3)
    expect(shapes.find(({ name }) => name === 'ramp')?.outline).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
})
