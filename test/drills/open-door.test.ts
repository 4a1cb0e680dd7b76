import { readdir, readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import type { StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { askMonitoring, FiredrillFolder, pidsOf, replicaOf, root } from '../e2e/firedrill.ts'

const ASKING = ['prometheus', 'alertmanager', 'node-exporter', 'blackbox-exporter', 'postgres-exporter']
const ALERT = JSON.stringify([
  { labels: { alertname: 'ServiceDown', service: 'quotes', instance: 'quotes-1', from: 'evil' } },
])
const SILENCE = JSON.stringify({
  matchers: [{ name: 'alertname', value: '.+', isRegex: true }],
  startsAt: new Date().toISOString(),
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  createdBy: 'evil',
  comment: 'evil',
})

/** Where evil.test is for the browser. */
const EVIL = '127.0.0.2'

/** What a page tries of another origin. Each entry is "read …" only when it could read the answer. */
type Tried = Record<string, string>

let folder: FiredrillFolder
let stack: StackView
let browser: Browser
let context: BrowserContext
/** Serves an empty page, of another origin than everything of the stack. */
const evil = createHttpServer((_, response) => response.setHeader('content-type', 'text/html').end('<body>'))
const page = () => `http://evil.test:${(evil.address() as AddressInfo).port}/`

beforeAll(async () => {
  folder = await FiredrillFolder.create()
  stack = await folder.up()
  await new Promise<void>((resolve) => evil.listen(0, EVIL, resolve))
  browser = await launchBrowser([`--host-resolver-rules=MAP evil.test ${EVIL}`])
  context = await browser.newContext()
})
afterAll(async () => {
  await browser?.close()
  evil.close().closeAllConnections()
  await folder?.remove()
})

const urlOf = (part: string) => replicaOf(stack, `${part}-1`).url

async function foreignPage(url = page(), within = context): Promise<Page> {
  const opened = await within.newPage()
  await opened.goto(url)
  return opened
}

/** Reads and writes all it can, with and without what the browser knows of the other origin. */
async function attack(origins: readonly string[], from?: string, within?: BrowserContext): Promise<Tried> {
  const opened = await foreignPage(from, within)
  const tried = await opened.evaluate(
    async ({ origins, alert, silence }) => {
      const seen: Record<string, string> = {}
      const attempt = async (name: string, url: string, init: RequestInit) => {
        seen[name] = await fetch(url, init).then(
          async (answer) => {
            // Read to its end: the browser has six connections to a server, and would wait for one.
            const text = await answer.text()
            return answer.type === 'opaque' ? 'nothing to read' : `read ${answer.status} ${text}`
          },
          () => 'nothing to read',
        )
      }
      const posts = (body: string): RequestInit[] => [
        { method: 'POST', body, headers: { 'content-type': 'application/json' } },
        { method: 'POST', body, headers: { 'content-type': 'application/json' }, credentials: 'include' },
        { method: 'POST', body, mode: 'no-cors', credentials: 'include' },
      ]
      for (const origin of origins) {
        for (const path of ['/metrics', '/api/v1/status/config', '/api/v2/status', '/debug/pprof/cmdline', '/config']) {
          await attempt(`${origin}${path}`, origin + path, {})
          await attempt(`${origin}${path} with credentials`, origin + path, { credentials: 'include' })
          await attempt(`${origin}${path} blind`, origin + path, { mode: 'no-cors', credentials: 'include' })
        }
        for (const [index, init] of [...posts(alert)].entries()) {
          await attempt(`${origin} alert ${index}`, `${origin}/api/v2/alerts`, init)
          await attempt(`${origin} old alert ${index}`, `${origin}/api/v1/alerts`, init)
        }
        for (const [index, init] of [...posts(silence)].entries()) {
          await attempt(`${origin} silence ${index}`, `${origin}/api/v2/silences`, init)
          await attempt(`${origin} old silence ${index}`, `${origin}/api/v1/silences`, init)
        }
        await attempt(`${origin} reload`, `${origin}/-/reload`, {
          method: 'POST',
          mode: 'no-cors',
          credentials: 'include',
        })
      }
      return seen
    },
    { origins, alert: ALERT, silence: SILENCE },
  )
  await opened.close()
  return tried
}

/** A form is no fetch: where it leads, the browser sends along what it knows of that origin. */
async function submitForms(origins: readonly string[]): Promise<void> {
  for (const origin of origins) {
    for (const path of ['/api/v1/alerts', '/api/v2/alerts']) {
      const opened = await foreignPage()
      const sent = opened.waitForEvent('request', { timeout: 5_000 })
      // Sent as NAME=VALUE, which is JSON when it is cut in the right place.
      const name = `${ALERT.slice(0, -3)},"more":"`.replaceAll('"', '&quot;')
      await opened.setContent(
        `<form method="post" enctype="text/plain" action="${origin}${path}"><input name="${name}" value="&quot;}}]"></form>`,
      )
      await opened.locator('form').evaluate((form) => (form as unknown as { submit(): void }).submit())
      await (await sent).response()
      await opened.close()
    }
  }
}

async function madeUp(): Promise<unknown[]> {
  const alerts = await askMonitoring<{ labels: Record<string, string> }[]>(stack, 'alertmanager', '/api/v2/alerts')
  const silences = await askMonitoring<unknown[]>(stack, 'alertmanager', '/api/v2/silences')
  return [...alerts.filter(({ labels }) => labels.from === 'evil' || labels.more !== undefined), ...silences]
}

const readIn = (tried: Tried) => Object.entries(tried).filter(([, what]) => what.startsWith('read'))

describe('the monitoring', () => {
  it('answers 401 to a client without a password, at every path and method', async () => {
    const paths = [
      '/',
      '/metrics',
      '/-/ready',
      '/-/reload',
      '/-/quit',
      '/config',
      '/debug/pprof/',
      '/debug/pprof/cmdline',
    ]
    const api = [
      '/api/v1/query?query=up',
      '/api/v1/status/config',
      '/api/v1/alerts',
      '/api/v2/alerts',
      '/api/v2/silences',
    ]
    const probes = ['/probe?target=127.0.0.1:9999&module=tcp_connect', '/scrape?target=127.0.0.1:9999']
    const answers = new Set<string>()
    for (const part of ASKING) {
      for (const path of [...paths, ...api, ...probes]) {
        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const) {
          const { statusCode, headers, body } = await request(urlOf(part) + path, { method })
          await body.dump()
          answers.add(`${statusCode} ${headers['access-control-allow-origin'] ?? ''}`)
        }
      }
    }
    expect([...answers]).toEqual(['401 '])
  })

  it('takes no other password, nor the one of another part', async () => {
    const { authorization } = {
      authorization: `Basic ${Buffer.from(`firedrill:${await folder.token('prometheus')}`).toString('base64')}`,
    }
    const { statusCode, body } = await request(`${urlOf('alertmanager')}/api/v2/status`, { headers: { authorization } })
    await body.dump()
    expect(statusCode).toBe(401)
  })

  it('sees everything all the same: every target is up, and Alertmanager has the Watchdog', async () => {
    const { data } = await askMonitoring<{ data: { result: unknown[] } }>(
      stack,
      'prometheus',
      '/api/v1/query?query=up==0',
    )
    expect(data.result).toEqual([])
    await waitUntil(
      async () => {
        const held = await askMonitoring<{ labels: { alertname: string } }[]>(stack, 'alertmanager', '/api/v2/alerts')
        const names = held.map(({ labels }) => labels.alertname)
        return names.includes('Watchdog') ? done(undefined) : notYet(names.join(', '))
      },
      { what: 'the Watchdog', timeoutMs: 20_000, intervalMs: 200 },
    )
  })

  it('gives its password of Redis to nobody but Redis, and shows nobody its keys', async () => {
    let received = ''
    const listener = createServer((socket) => {
      socket.on('data', (data) => (received += data.toString()))
      socket.on('error', () => undefined)
      socket.write('-NOAUTH Authentication required.\r\n')
      socket.setTimeout(500, () => socket.destroy())
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    try {
      const here = `127.0.0.1:${(listener.address() as AddressInfo).port}`
      const redis = new URL(urlOf('redis')).host
      for (const target of [
        `redis://${here}`,
        here,
        `redis://${redis}@${here}`,
        `redis://${here}/redis://${redis}`,
        `redis://${here}#redis://${redis}`,
        `redis://default@${here}`,
      ]) {
        const { body } = await request(`${urlOf('redis-exporter')}/scrape`, { query: { target } })
        await body.dump()
      }
      expect(received).toContain('INFO')
      for (const name of ['redis', 'exporters']) expect(received).not.toContain(await folder.token(name))
      expect(received).not.toContain('AUTH')
      const own = { target: `redis://${redis}`, 'check-keys': '*' }
      const { body } = await request(`${urlOf('redis-exporter')}/scrape`, { query: own })
      const shown = await body.text()
      expect(shown).toMatch(/^redis_up 1$/m)
      expect(shown).not.toContain('redis_key_size{')
    } finally {
      listener.close()
    }
  })

  it('lets no page of another origin read or write, also under a name that leads to this machine', async () => {
    const ports = stack.services.flatMap(({ kind, replicas }) =>
      kind === 'storage' ? [] : replicas.map(({ address }) => address.port),
    )
    const own = ASKING.map(urlOf)
    expect(readIn(await attack(own))).toEqual([])
    await submitForms([urlOf('alertmanager')])
    expect(await madeUp()).toEqual([])
    // A page that was served under such a name is of the same origin as what answers there next: it reads every answer.
    const answered: Tried = {}
    // Asked for a password, a browser without a window closes the page; this one answers with a guess.
    const guessing = await browser.newContext({ httpCredentials: { username: 'firedrill', password: 'guess' } })
    for (const port of ports) {
      const name = await rebind(port)
      Object.assign(answered, await attack([name.origin], `${name.origin}/page`, guessing))
      await name.close()
    }
    const inside = readIn(answered).filter(([, what]) => !/^read (?:401|421) /.test(what))
    expect(readIn(answered).length).toBeGreaterThan(ports.length)
    // The one exporter that asks for nothing.
    const open = `http://evil.test:${new URL(urlOf('redis-exporter')).port}`
    expect(inside.filter(([name]) => !name.startsWith(open))).toEqual([])
    expect(await madeUp()).toEqual([])
  })

  it('opens for one browser with a command, and for no other page in it', async () => {
    const opened: { gate: string; stop(): Promise<void> }[] = []
    try {
      for (const part of ['prometheus', 'alertmanager']) opened.push(await open(part))
      const [prometheus = '', alertmanager = ''] = opened.map(({ gate }) => gate)
      const graph = await context.newPage()
      expect((await graph.goto(prometheus))?.status()).toBe(200)
      // The link leads on by a page of its own.
      await graph.waitForURL(({ pathname }) => pathname !== new URL(prometheus).pathname)
      expect(graph.url()).not.toContain('@')
      const asked = () => fetch('/api/v1/query?query=1', { method: 'POST' }).then(({ status }) => status)
      expect(await graph.evaluate(asked)).toBe(200)
      const notice = await context.newPage()
      expect((await notice.goto(alertmanager))?.status()).toBe(200)

      const gates = [prometheus, alertmanager].map((url) => new URL(url).origin)
      expect(readIn(await attack([...gates, ...ASKING.map(urlOf)]))).toEqual([])
      await submitForms([...gates, urlOf('alertmanager')])
      expect(await madeUp()).toEqual([])
      // A client without the link is asked for the password of the page.
      for (const gate of gates) expect((await fetch(gate)).status).toBe(401)
    } finally {
      for (const { stop } of opened) await stop()
    }
    const [gate = ''] = opened.map((one) => new URL(one.gate).origin)
    await expect(fetch(gate)).rejects.toThrow()
  })

  it('keeps its passwords out of the API, the logs, the rendered files and the arguments', async () => {
    const secrets = await Promise.all(
      ['prometheus', 'alertmanager', 'exporters', 'redis'].map((name) => folder.token(name)),
    )
    const texts: [string, string][] = [['/v1/stack', await (await fetch(`${stack.url}/v1/stack`)).text()]]
    for (const name of ['logs', 'config', 'config/web', 'config/targets'])
      for (const entry of await readdir(join(folder.path, name), { withFileTypes: true }))
        if (entry.isFile()) texts.push([entry.name, await readFile(join(folder.path, name, entry.name), 'utf8')])
    for (const pid of pidsOf(stack)) texts.push([`pid ${pid}`, await readFile(`/proc/${pid}/cmdline`, 'utf8')])
    const found = texts.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([name]) => name)
    // The two files that Redis and its exporter read it from; nobody else may read them.
    expect(found.sort()).toEqual(['redis-passwords.json', 'redis.conf'])
  })
})

/**
 * http://evil.test:PORT as after a rebinding: it has served its page, and leads to that port of this machine from then on. Both
 * are on loopback, so that Chromium's own guard of the local network, which other browsers do not have, plays no part.
 */
async function rebind(port: number): Promise<{ origin: string; close(): Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', (head) => {
      if (head.toString().startsWith('GET /page ')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<body>')
        return
      }
      const there = connect(port, '127.0.0.1')
      there.on('error', () => socket.destroy())
      there.write(head)
      socket.pipe(there).pipe(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, EVIL, resolve))
  return {
    origin: `http://evil.test:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Runs `firedrill open` until it has printed its link. */
async function open(part: string): Promise<{ gate: string; stop(): Promise<void> }> {
  const running = execa(
    process.execPath,
    [join(root, 'bin', 'firedrill.js'), 'open', part, '--print', '--state', folder.path],
    { cwd: root, reject: false, stdin: 'ignore' },
  )
  const gate = await new Promise<string>((resolve, reject) => {
    running.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    void running.then(({ stderr }) => reject(new Error(`no link: ${stderr}`)))
  })
  return {
    gate,
    stop: async () => {
      running.kill('SIGINT')
      await running
    },
  }
}
