import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'
import { identify } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { root } from '../e2e/firedrill.ts'
import { type Attacked, ask, counted, readAttacked } from './attacked.ts'

let attacked: Attacked
beforeAll(async () => {
  attacked = await readAttacked()
})

/** Parts that ask for a password at every path; what is asked of them, and changed. */
const MONITORING = ['prometheus', 'alertmanager', 'node-exporter', 'blackbox-exporter', 'postgres-exporter']
const PATHS: [method: string, path: string, body: string][] = [
  ['GET', '/', ''],
  ['GET', '/metrics', ''],
  ['GET', '/-/healthy', ''],
  ['GET', '/api/v1/query?query=up', ''],
  ['GET', '/api/v2/alerts', ''],
  ['GET', '/debug/pprof/', ''],
  ['GET', '/probe?target=http://127.0.0.1:1&module=http_2xx', ''],
  ['POST', '/-/reload', ''],
  ['POST', '/api/v2/alerts', '[{"labels":{"alertname":"ServiceDown","service":"quotes","instance":"quotes-1"}}]'],
  [
    'POST',
    '/api/v2/silences',
    '{"matchers":[{"name":"alertname","value":".+","isRegex":true}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"x","comment":"x"}',
  ],
]

/** Who asks without the password of the part. */
const strangers = (): Record<string, Record<string, string>> => ({
  nobody: {},
  'a page of another origin': { host: 'evil.example', origin: 'http://evil.example' },
  'a wrong password': { authorization: `Basic ${Buffer.from('firedrill:x').toString('base64')}` },
  'the token of the operator': bearer('control'),
})

const urlOf = (view: StackView, name: string) => {
  const address = view.services.find((one) => one.name === name)?.replicas[0]?.address
  return `http://${address?.host}:${address?.port}`
}
const bearer = (name: string) => ({
  authorization: `Bearer ${attacked.secrets[name]}`,
  'content-type': 'application/json',
})
const cli = (args: string[], state: string) =>
  execa(process.execPath, [join(root, 'bin/firedrill.js'), ...args, '--state', state], {
    reject: false,
    all: true,
    timeout: 60_000,
  })

describe('the monitoring (F-03, F-15)', () => {
  it('lets nobody in without its password, at any path, by any method, under any name', async () => {
    const wrong: string[] = []
    let asked = 0
    for (const name of MONITORING) {
      for (const [method, path, body] of PATHS) {
        for (const [who, headers] of Object.entries(strangers())) {
          const sent = { 'content-type': 'application/json', ...headers }
          const answer = await ask(urlOf(attacked.view, name), path, { method, body, headers: sent })
          asked += 1
          if (answer.status !== 401) wrong.push(`${name} ${method} ${path}, ${who}: ${answer.status}`)
        }
      }
    }
    expect(wrong).toEqual([])
    counted('the monitoring without its password', asked, '401')
  })

  it('sends the password of Redis to nobody who asks for it (F-05)', async () => {
    const received: string[] = []
    const listener = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (chunk) => {
        received.push(chunk.toString())
        socket.end('-ERR\r\n')
      })
    })
    await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    const targets = [
      `redis://127.0.0.1:${port}`,
      `redis://x@127.0.0.1:${port}`,
      `127.0.0.1:${port}`,
      `redis://localhost:${port}`,
    ]
    for (const target of targets)
      await ask(urlOf(attacked.view, 'redis-exporter'), `/scrape?target=${encodeURIComponent(target)}`)
    listener.close()
    expect(received.length).toBeGreaterThan(0)
    expect(received.filter((text) => text.includes(attacked.secrets.redis ?? ''))).toEqual([])
    counted('servers that the Redis exporter is sent to', targets.length, 'none is sent the password')
  })
})

describe('a poisoned group (F-04)', () => {
  it('is received except for what cannot be read', async () => {
    const alert = (labels: Record<string, string>) => ({
      status: 'firing',
      labels: { alertname: 'HostileGroup', ...labels },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
    })
    const poison = [
      alert({ x: 'y'.repeat(5_000), poisoned: '1' }),
      alert(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`l${index}`, 'v']))),
    ]
    const alerts = [...poison, alert({ good: 'yes' })]
    const answer = await ask(attacked.urls.responder, '/webhook', {
      method: 'POST',
      headers: bearer('webhook'),
      body: JSON.stringify({ version: '4', groupKey: 'poisoned', alerts }),
    })
    expect(answer.status).toBe(200)
    const path = join(attacked.state, 'data', 'responder', 'incident_log.jsonl')
    await waitUntil(
      async () => ((await readFile(path, 'utf8')).includes('"good":"yes"') ? done(undefined) : notYet('not there')),
      { what: 'the good alert of the group', timeoutMs: 10_000, intervalMs: 100 },
    )
    counted('alerts that cannot be read, in a group', poison.length, 'the good one is received')
  })
})

/** What must not be taken for a setting: code, other people's places, other forms. */
const SETTINGS: object[] = [
  { NODE_OPTIONS: '--import=data:text/javascript,0' },
  { LD_PRELOAD: '/tmp/x.so' },
  { PATH: '/tmp' },
  { DATABASE_URL: 'postgres://x' },
  { FAULTS_TOKEN: 'mine' },
  { PROXY_TOKEN: 'mine' },
  { CONTROL_TOKEN: 'mine' },
  { 'lower case': 'x' },
  { 'A=B': 'x' },
  { '': 'x' },
  { num: 5 },
  { obj: { a: 1 } },
  { constructor: 'x' },
  { MAX_REQUESTS: 'a\u0000b' },
  { MAX_REQUESTS: 5 },
]

describe('settings and tokens (F-06, F-16)', () => {
  it('nobody sets what is no setting of the part, with any token, and the part runs on', async () => {
    const wrong: string[] = []
    const before = attacked.view.services.map(({ name, replicas }) => [name, replicas[0]?.pid])
    const parts = ['store', 'worker', 'quotes', 'proxy', 'responder', 'prometheus', 'postgres']
    for (const token of ['control', 'responder']) {
      for (const part of parts) {
        for (const settings of SETTINGS) {
          const { status } = await ask(attacked.urls.control, `/v1/services/${part}/configure`, {
            method: 'POST',
            headers: bearer(token),
            body: JSON.stringify({ settings }),
          })
          if (status < 400 || status >= 500) wrong.push(`${part} ${JSON.stringify(settings)} with ${token}: ${status}`)
        }
      }
    }
    expect(wrong).toEqual([])
    const { view } = await readAttacked()
    expect(view.services.map(({ name, replicas }) => [name, replicas[0]?.pid])).toEqual(before)
    counted('settings that do not exist', 2 * parts.length * SETTINGS.length, 'refused, nothing restarted')
  })

  it('the responder cannot silence itself', async () => {
    const tries: [string, string, string][] = ['responder', 'alertmanager', 'prometheus'].flatMap((part) => [
      ...['stop', 'pause'].map((verb): [string, string, string] => ['POST', `/v1/services/${part}/${verb}`, '{}']),
      ['POST', `/v1/services/${part}/scale`, '{"replicas":0}'] as [string, string, string],
    ])
    // Prometheus and Alertmanager it may restart; docs/security.md says so.
    tries.push(
      ['POST', '/v1/services/responder/restart', '{}'],
      ['POST', '/v1/services/responder/configure', '{"settings":{}}'],
    )
    tries.push(['PUT', '/v1/maintenance', '{"service":"*","forMs":60000,"why":"x"}'], ['POST', '/v1/down', ''])
    for (const [method, path, body] of tries) {
      const { status } = await ask(attacked.urls.control, path, { method, headers: bearer('responder'), body })
      expect([400, 401, 403, 404, 409, 422], path).toContain(status)
    }
    const direct = await ask(attacked.urls.responder, '/maintenance', {
      method: 'PUT',
      headers: bearer('responder'),
      body: '{"service":"*","forMs":60000,"why":"x"}',
    })
    expect([401, 403]).toContain(direct.status)
    counted("what the responder's token would silence itself with", tries.length + 1, 'refused')
  })
})

describe('a terminal (F-14)', () => {
  it('is sent no escape sequence that an alert carries', async () => {
    const alertname = '\u001b]0;PWNED\u0007\u001b[2J\u009b31m\u202eTerminal'
    const alerts = [
      {
        status: 'firing',
        labels: { alertname },
        annotations: { summary: alertname },
        startsAt: '2026-01-01T00:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
      },
    ]
    const answer = await ask(attacked.urls.responder, '/webhook', {
      method: 'POST',
      headers: bearer('webhook'),
      body: JSON.stringify({ version: '4', groupKey: 'terminal', alerts }),
    })
    expect(answer.status).toBe(200)
    const shown = await waitUntil(
      async () => {
        const { all } = await cli(['incidents'], attacked.state)
        return String(all).includes('Terminal') ? done(String(all)) : notYet(String(all))
      },
      { what: 'the incident to be listed', timeoutMs: 20_000, intervalMs: 200 },
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    counted('escape sequences of an alert on the terminal', 1, 'shown as text')
  })
})

describe('a folder that is not the stack’s own (F-07, F-12)', () => {
  it('is not believed: nothing is started, killed or removed', { timeout: 120_000 }, async () => {
    const bystander = execa('sleep', ['300'], { detached: true, reject: false })
    const planted = async (how: (folder: string) => Promise<void>) => {
      const folder = await mkdtemp(join(tmpdir(), 'fd-planted-'))
      await mkdir(join(folder, 'secrets'), { mode: 0o700 })
      await writeFile(join(folder, 'id'), '0123456789ab\n')
      await writeFile(join(folder, 'precious.txt'), 'precious')
      await writeFile(join(folder, 'secrets', 'control'), 'x', { mode: 0o600 })
      await writeFile(
        join(folder, 'processes.json'),
        JSON.stringify([{ name: 'x', pid: bystander.pid, startedAt: '' }]),
      )
      await how(folder)
      return folder
    }
    const folders = {
      'a project': await planted((folder) => rm(join(folder, 'id'))),
      // Only root can give a folder away.
      ...(process.getuid?.() === 0 && { 'another user’s': await planted((folder) => chown(folder, 12_345, 12_345)) }),
      'open to everybody': await planted((folder) => chmod(folder, 0o777)),
      'with a secret that somebody planted': await planted(async () => undefined),
      'with a secret that others read': await planted(async (folder) => {
        await writeFile(join(folder, 'secrets', 'control'), 'x'.repeat(43))
        await chmod(join(folder, 'secrets', 'control'), 0o644)
      }),
    }
    try {
      for (const [name, folder] of Object.entries(folders)) {
        const { exitCode, all } = await cli(['up', '--detach'], folder)
        expect(exitCode, `${name}: ${all}`).not.toBe(0)
        expect(all, name).toMatch(/^FD_(?:STATE_FOLDER|FILE_NOT_OURS|SECRET_WEAK) /m)
        await cli(['down', '--purge', '--yes'], folder)
        expect(await readFile(join(folder, 'precious.txt'), 'utf8'), name).toBe('precious')
      }
      expect(identify(bystander.pid ?? 0)).toBeDefined()
      counted(
        'folders that are no stack’s, or somebody else prepared',
        Object.keys(folders).length,
        'refused, nothing touched',
      )
    } finally {
      bystander.kill('SIGKILL')
      for (const folder of Object.values(folders)) {
        // What should not have started must not outlive this test either.
        await cli(['down'], folder)
        await rm(folder, { recursive: true, force: true })
      }
    }
  })
})
