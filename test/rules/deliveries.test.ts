import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defined } from '../../src/base/defined.ts'
import { parseJsonLines } from '../../src/base/files/json-lines.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { LogRecord } from '../../src/responder/incident/record.ts'
import { TestServer } from '../../src/responder/test-server.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { profiles } from '../../src/stack/profile.ts'
import { writeConfiguration } from './rendered.ts'
import { programOf } from './tools.ts'

const ports = new PortLedger('127.0.0.1')
let folder: string
let responder: TestServer
let alertmanager: ChildProcess
let url: string

beforeEach(async () => {
  const program = await programOf('alertmanager')
  folder = await mkdtemp(join(tmpdir(), 'fd-deliveries-'))
  responder = await TestServer.start({ webhookToken: 'the webhook token' })
  const settings = { objectives: [], runbooks: 'https://runbooks.test' }
  await writeConfiguration(folder, profiles.lab, settings, { url: () => responder.url })
  const port = await ports.reserve(19_193)
  await ports.release(port)
  url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    ...program.args,
  ]
  alertmanager = spawn(program.path, args, {
    ...defined({ cwd: program.cwd }),
    env: { ...process.env, ...program.env },
    stdio: 'ignore',
  })
  await waitUntil(
    async () => ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ? done(undefined) : notYet('no answer')),
    { what: 'Alertmanager', timeoutMs: 20_000, intervalMs: 50 },
  )
}, 300_000)

afterEach(async () => {
  const ended = once(alertmanager, 'exit')
  alertmanager.kill('SIGKILL')
  await ended
  await responder.remove()
  await rm(folder, { recursive: true })
})

const down = { alertname: 'ServiceDown', service: 'worker', instance: 'worker-1', severity: 'critical' }

async function deliver(...alerts: { labels: Record<string, string>; annotations?: Record<string, string> }[]) {
  const [startsAt, endsAt] = [0, 60_000].map((ms) => new Date(Date.now() + ms).toISOString())
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((one) => ({ ...one, startsAt, endsAt }))),
  })
  expect([response.status, await response.text()]).toEqual([200, ''])
}

/** Failed deliveries that Alertmanager counts. */
async function failures(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = text.match(/^alertmanager_notifications_failed_total\{integration="webhook".*\} (.+)$/gm) ?? []
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function opened(): Promise<number> {
  const records = parseJsonLines<LogRecord>(await readFile(responder.log, 'utf8'))
  return records.filter(({ event }) => event === 'opened').length
}

async function leftOut(): Promise<number> {
  const refused = await responder.metric('responder_alerts_refused_total{reason="unreadable"}')
  return refused + (await responder.metric('responder_truncated_alerts_total'))
}

const comesTo = (what: string, count: () => number | Promise<number>, least: number) =>
  waitUntil(
    async () => {
      const seen = await count()
      return seen >= least ? done(undefined) : notYet(`${seen} of ${least}; ${await failures()} failed deliveries`)
    },
    { what, timeoutMs: 20_000, intervalMs: 50 },
  )

const many = Array.from({ length: 1_500 }, (_, n) => ({ labels: { ...down, a: String(n).padStart(4, '0') } }))

describe('a good alert that the real Alertmanager delivers in one group', () => {
  it.each([
    ['with one of a long label', [{ labels: { ...down, x: 'y'.repeat(5_000) } }], 0],
    ['with one of endless labels', [{ labels: { ...down, x: 'y'.repeat(100_000) } }], 1],
    [
      'with one of 150 labels',
      [{ labels: { ...down, ...Object.fromEntries(many.slice(0, 150).map((_, n) => [`l${n}`, 'x'])) } }],
      0,
    ],
    ['with one of an odd name', [{ labels: JSON.parse(`{"__proto__":"x",${JSON.stringify(down).slice(1)}`) }], 0],
    [
      'with one of endless annotations',
      [{ labels: { ...down, x: 'y' }, annotations: { a: 'ä"'.repeat(3_000_000) } }],
      0,
    ],
    ['with more than are taken', many, 0],
  ])('is repaired %s', async (_what, bad, unreadable) => {
    responder.stack.get('worker-1').state = 'exited'
    await deliver(...bad, { labels: down })
    await comesTo('the repair', () => responder.stack.did.length, 1)
    // It may come in two deliveries: the first does not wait long for the rest of its group.
    await comesTo('all alerts', opened, Math.min(1_000, bad.length + 1 - unreadable))
    await comesTo('what was left out', leftOut, unreadable + Math.max(0, bad.length - 999))
    expect(responder.stack.did).toEqual(['restart worker-1'])
    expect(await failures()).toBe(0)
  })
})
