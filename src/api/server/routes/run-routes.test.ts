import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { Lever } from '../../../runtimes/native/state/lever.ts'
import { ControlClient } from '../../client/client.ts'
import { ChildCommands } from '../../commands/child-commands.ts'
import type { RunSummary, RunView } from '../../contract.ts'
import { Halting } from '../../injector/halting.ts'
import { testCallers } from '../access/test-callers.ts'
import { DrillCatalog } from '../drills/drill-catalog.ts'
import { JournalIndex } from '../drills/journal-index.ts'
import { reportOf } from '../drills/test-report.ts'
import { Router } from '../router.ts'
import { addRunRoutes } from './run-routes.ts'

const token = 't'.repeat(43)
const tokens = { operator: token, responder: 'r'.repeat(43) }

/** A `firedrill run` that reports that it runs, and is aborted by Ctrl-C; \`--seed 1\`: another run has the turn. */
const SCRIPT = `
const args = process.argv.slice(2)
const after = (name) => args[args.indexOf(name) + 1]
const report = { ...JSON.parse(process.env.TEST_REPORT), id: after('--id'), pid: process.pid }
const send = (change) =>
  fetch(process.env.TEST_URL + '/v1/runs/' + report.id, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.TEST_TOKEN },
    body: JSON.stringify({ ...report, ...change }),
  })
console.log(args.join(' '))
if (after('--seed') === '1') {
  process.send({ failed: { code: 'FD_RUN_UNDER_WAY', message: 'another run is under way' } }, () => process.exit(6))
} else {
  process.on('SIGINT', async () => {
    await send({ verdict: 'aborted', endedAtMs: Date.now(), journal: 'the-journal' })
    process.exit(5)
  })
  setInterval(() => undefined, 1_000)
  await send({})
}
`

let folder: string
let app: HttpServer
let url: string
let commands: ChildCommands
let halting: Halting
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-runs-'))
  const script = join(folder, 'run.mjs')
  await writeFile(script, SCRIPT)
  await writeFile(join(folder, 'id'), '0123456789ab')
  commands = new ChildCommands({ program: [process.execPath, script], statePath: folder, graceMs: 20_000 })
  halting = new Halting(new Lever(folder))
  await listen(commands)
  process.env.TEST_URL = url
  process.env.TEST_TOKEN = token
  process.env.TEST_REPORT = JSON.stringify(reportOf())
})
afterEach(async () => {
  await commands.close()
  await app.close()
  await rm(folder, { recursive: true })
  for (const name of ['TEST_URL', 'TEST_TOKEN', 'TEST_REPORT']) delete process.env[name]
})

async function listen(using: ChildCommands | undefined): Promise<void> {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  const catalog = new DrillCatalog(new JournalIndex({ journals: join(folder, 'journals') }))
  addRunRoutes(new Router(app, testCallers(tokens)), { commands: using, catalog, halting })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
}

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: await answer.json() }
}
const start = async (body: object) => (await ask('POST', '/v1/runs', body)) as { status: number; json: RunView }
const view = async (id: string) => (await ask('GET', `/v1/runs/${id}`)).json as RunView

describe('the routes of runs', () => {
  it('show a run that a terminal has started, in a list, by itself and as a stream', async () => {
    const stream = await new Promise<IncomingMessage>((resolve) => get(`${url}/v1/runs/stream`, resolve))
    let streamed = ''
    stream.on('data', (chunk: Buffer) => {
      streamed += chunk
    })
    await expect.poll(() => streamed).toContain('no run yet')
    await new ControlClient(url, token).reportRun(reportOf({ id: 'from-terminal' }))
    const { runs, whyNotStarted } = (await ask('GET', '/v1/runs')).json as {
      runs: RunSummary[]
      whyNotStarted: unknown
    }
    expect(runs).toMatchObject([{ id: 'from-terminal', state: 'running', startedBy: 'terminal', mayAbort: false }])
    expect(whyNotStarted).toBeNull()
    const run = await view('from-terminal')
    expect(run).toMatchObject({ ...reportOf({ id: 'from-terminal' }), state: 'running', output: [] })
    await expect.poll(() => streamed).toContain(`event: run\ndata: ${JSON.stringify(run)}\n\n`)
    stream.destroy()
    expect(await ask('DELETE', '/v1/runs/from-terminal')).toMatchObject({
      status: 409,
      json: { code: 'FD_RUN_NOT_OURS' },
    })
  })

  it('start a drill in a process of its own, show it, and abort it as Ctrl-C does', async () => {
    const { status, json: started } = await start({ drill: 'cpu-stress', parameters: { threads: '2' }, busy: true })
    expect(status).toBe(201)
    expect(started).toMatchObject({ state: 'running', startedBy: 'console', mayAbort: true })
    await expect
      .poll(async () => (await view(started.id)).output[0])
      .toMatch(/^run \S+cpu-stress\.yaml --no-wait --id \S+ --set threads=2 --busy --state /)
    const aborted = (await ask('DELETE', `/v1/runs/${started.id}`)).json
    expect(aborted).toMatchObject({ mayAbort: false, abortedAtMs: expect.any(Number) })
    await expect.poll(async () => (await view(started.id)).state).toBe('finished')
    expect(await view(started.id)).toMatchObject({ verdict: 'aborted', journal: 'the-journal' })
  })

  it('answer with the reason for which a run did not begin, and forget it', async () => {
    expect(await start({ drill: 'store-crash', seed: 1 })).toMatchObject({
      status: 409,
      json: { code: 'FD_RUN_UNDER_WAY', detail: 'another run is under way' },
    })
    expect((await ask('GET', '/v1/runs')).json).toMatchObject({ runs: [] })
  })

  it('show a run whose process was killed as gone', async () => {
    const { json: started } = await start({ drill: 'store-crash' })
    process.kill(started.pid, 'SIGKILL')
    await expect.poll(async () => (await view(started.id)).state).toBe('gone')
    expect(await view(started.id)).toMatchObject({ mayAbort: false, endedAtMs: expect.any(Number) })
  })

  it('end their runs with control', async () => {
    const { json: started } = await start({ drill: 'store-crash' })
    await commands.close()
    expect(await view(started.id)).toMatchObject({ state: 'finished', verdict: 'aborted' })
  })

  it.each([
    ['a drill that there is not', { drill: 'store-crsh' }, 404, 'FD_DRILL_NOT_FOUND'],
    ['a path instead of a name', { drill: '../../etc/passwd' }, 404, 'FD_DRILL_NOT_FOUND'],
    ['an option instead of a name', { drill: '--help' }, 404, 'FD_DRILL_NOT_FOUND'],
    ['a parameter that there is not', { drill: 'cpu-stress', parameters: { x: '1' } }, 422, 'FD_USAGE'],
    ['a value that it cannot have', { drill: 'cpu-stress', parameters: { threads: 'x' } }, 422, 'FD_DRILL_INVALID'],
    ['an option as a parameter', { drill: 'cpu-stress', parameters: { '--state': 'x' } }, 400, 'FD_HTTP_INVALID'],
    ['a field that there is not', { drill: 'quiet', system: '/x' }, 400, 'FD_HTTP_INVALID'],
    ['a negative seed', { drill: 'quiet', seed: -1 }, 400, 'FD_HTTP_INVALID'],
  ])('refuse %s before a process is started', async (_, body, status, code) => {
    expect(await ask('POST', '/v1/runs', body)).toMatchObject({ status, json: { code } })
    expect((await ask('GET', '/v1/runs')).json).toMatchObject({ runs: [] })
  })

  it('refuse a run while everything is halted', async () => {
    await new Lever(folder).pull('a real outage')
    expect(await start({ drill: 'store-crash' })).toMatchObject({ status: 423, json: { code: 'FD_HALTED' } })
  })

  it('say why no run can be started where control cannot start processes', async () => {
    await app.close()
    await listen(undefined)
    expect((await ask('GET', '/v1/runs')).json).toMatchObject({ whyNotStarted: expect.stringContaining('container') })
    expect(await start({ drill: 'store-crash' })).toMatchObject({ status: 409, json: { code: 'FD_RUN_NOT_HERE' } })
  })

  it('know no run of another id, and take no report under another id', async () => {
    expect(await ask('GET', '/v1/runs/nothing')).toMatchObject({ status: 404, json: { code: 'FD_RUN_UNKNOWN' } })
    expect(await ask('DELETE', '/v1/runs/nothing')).toMatchObject({ status: 404, json: { code: 'FD_RUN_UNKNOWN' } })
    expect(await ask('PUT', '/v1/runs/one', reportOf({ id: 'two' }))).toMatchObject({ status: 400 })
    expect(await ask('PUT', '/v1/runs/one', { id: 'one' })).toMatchObject({ status: 400 })
  })
})
