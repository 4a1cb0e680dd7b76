import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'
import { programOf } from '../rules/tools.ts'
import { victoriaMetrics } from '../rules/victoria-metrics.ts'

/** The ports that the files of the material are written for: the app, an exporter, the parts of the monitoring, the receiver. */
const WRITTEN = {
  app: '3900',
  exporter: '9100',
  prometheus: '9090',
  second: '9095',
  alertmanager: '9093',
  victoria: '8428',
  vmalert: '8880',
  receiver: '9199',
} as const
type Port = keyof typeof WRITTEN
/** `second`: the other one of a pair of Prometheus. */
export type Part = 'prometheus' | 'second' | 'alertmanager' | 'victoria' | 'vmalert'

/** The token that the files of the material have. */
export const TOKEN = 'the-token-of-the-material'
const STARTS_WITHIN = { timeoutMs: 60_000, intervalMs: 100 }

/** A program, and what it is given: its configuration, its folder, where it listens. */
type Program = { path: string; args: readonly string[]; cwd?: string | undefined; env?: Record<string, string> }

/** How each part is started. Alerts that are sent before Alertmanager is found are lost until they are sent again. */
const PARTS: Readonly<Record<Part, (site: Site) => Promise<Program>>> = {
  prometheus: (site) => prometheus(site, 'prometheus', 'prometheus.yml'),
  second: (site) => prometheus(site, 'second', 'second.yml'),
  alertmanager: async (site) => {
    const program = await programOf('alertmanager')
    const args = [`--config.file=${site.file('alertmanager.yml')}`, '--cluster.listen-address=']
    return { ...program, args: [...args, ...listening(site, 'alertmanager', 'storage.path'), ...program.args] }
  },
  victoria: async (site) => ({
    path: (await victoria())['victoria-metrics'],
    args: [
      `-httpListenAddr=127.0.0.1:${site.ports.victoria}`,
      `-storageDataPath=${site.file('data-victoria')}`,
      // What vmalert asks for would be 30 s old.
      '-search.latencyOffset=1ms',
      `-promscrape.config=${site.file('scrape.yml')}`,
    ],
  }),
  vmalert: async (site) => ({
    path: (await victoria()).vmalert,
    args: [
      `-httpListenAddr=127.0.0.1:${site.ports.vmalert}`,
      `-rule=${site.file('rules.yml')}`,
      `-datasource.url=${site.url('victoria')}`,
      `-notifier.url=${site.url('alertmanager')}`,
      '-evaluationInterval=1s',
      '-external.label=cluster=eu-1',
    ],
  }),
}

async function prometheus(site: Site, part: Part, config: string): Promise<Program> {
  const program = await programOf('prometheus')
  const args = [`--config.file=${site.file(config)}`, '--rules.alert.resend-delay=1s']
  return { ...program, args: [...args, ...listening(site, part, 'storage.tsdb.path'), ...program.args] }
}

function listening(site: Site, part: Part, storage: string): string[] {
  return [`--${storage}=${site.file(`data-${part}`)}`, `--web.listen-address=127.0.0.1:${site.ports[part]}`]
}

async function victoria() {
  const found = await victoriaMetrics()
  if ('reason' in found) throw new Error(`there is no VictoriaMetrics: ${found.reason}`)
  return found
}

/**
 * A system that is not ours: a copy of one folder of the material, on ports of its own. It has its own Prometheus and Alertmanager, or what
 * stands in their place, an app that Firedrill can kill, and an exporter in this process, which answers with the file exporter.prom.
 */
export class Site {
  readonly folder: string
  readonly ports: Readonly<Record<Port, string>>
  readonly state: FiredrillFolder
  /** Who answers queries, and who evaluates the rules. */
  readonly #asked: { queries: Part; rules: Part }
  readonly #exporter: Server
  readonly #parts = new Map<Part, ChildProcess>()
  #app: ChildProcess | undefined

  private constructor(
    folder: string,
    { ports, parts, state }: { ports: Record<Port, string>; parts: readonly Part[]; state: FiredrillFolder },
  ) {
    this.folder = folder
    this.ports = ports
    this.state = state
    const isVictoria = parts.includes('victoria')
    this.#asked = { queries: isVictoria ? 'victoria' : 'prometheus', rules: isVictoria ? 'vmalert' : 'prometheus' }
    this.#exporter = createServer(async (_request, response) => {
      const text = await readFile(this.file('exporter.prom'), 'utf8').catch(() => '')
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
    })
  }

  static async start(material: string, parts: readonly Part[] = ['alertmanager', 'prometheus']): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), `fd-${material}-`))
    const from = fileURLToPath(new URL(material, import.meta.url))
    await cp(from, folder, { recursive: true })
    await cp(fileURLToPath(new URL('app.js', import.meta.url)), join(folder, 'app.js'))
    const site = new Site(folder, { ports: await freePorts(), parts, state: await FiredrillFolder.create() })
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await site.#putPorts(join(entry.parentPath, entry.name))
    await new Promise<void>((resolve) => site.#exporter.listen(Number(site.ports.exporter), '127.0.0.1', resolve))
    await site.startApp()
    for (const part of parts) await site.startPart(part)
    await site.untilScraped()
    return site
  }

  file(name: string): string {
    return join(this.folder, name)
  }

  url(part: Part): string {
    return `http://127.0.0.1:${this.ports[part]}`
  }

  /** As its own people would. */
  async startApp(): Promise<void> {
    const child = spawn(process.execPath, ['app.js', this.ports.app], { cwd: this.folder, stdio: 'ignore' })
    this.#app = child
    await answers(`http://127.0.0.1:${this.ports.app}/health`)
  }

  async startPart(part: Part): Promise<void> {
    const { path, args, cwd, env } = await PARTS[part](this)
    const child = spawn(path, args, { ...defined({ cwd }), env: { ...process.env, ...env }, stdio: 'ignore' })
    this.#parts.set(part, child)
    await answers(`${this.url(part)}${part === 'victoria' || part === 'vmalert' ? '/health' : '/-/ready'}`)
  }

  async stopPart(part: Part, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await end(this.#parts.get(part), signal)
    this.#parts.delete(part)
  }

  /** Changes a file that no part has read. */
  async writeFile(name: string, change: (text: string) => string): Promise<void> {
    const path = this.file(name)
    await writeFile(path, change(await readFile(path, 'utf8')))
  }

  /** Changes a file, and has the part read its configuration again. */
  async edit(part: Part, name: string, change: (text: string) => string): Promise<void> {
    const path = this.file(name)
    const before = await readFile(path, 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`${name} is as it was`)
    const readAt = () => this.#configuredAt(part)
    const earlier = await readAt()
    await writeFile(path, after)
    this.#parts.get(part)?.kill('SIGHUP')
    await waitUntil(async () => ((await readAt()) === earlier ? notYet(earlier) : done(undefined)), {
      what: `${part} to have read ${name}`,
      ...STARTS_WITHIN,
    })
  }

  /** Asks Prometheus; each sample as its value. */
  async query(expression: string): Promise<number[]> {
    const asked = `${this.url(this.#asked.queries)}/api/v1/query?query=${encodeURIComponent(expression)}`
    const { data } = (await (await fetch(asked)).json()) as { data: { result: { value: [number, string] }[] } }
    return data.result.map(({ value }) => Number(value[1]))
  }

  untilQuery(expression: string): Promise<void> {
    return waitUntil(async () => ((await this.query(expression)).length > 0 ? done(undefined) : notYet('no sample')), {
      what: expression,
      ...STARTS_WITHIN,
    })
  }

  /** Names of the alerts that fire. */
  async firing(): Promise<string[]> {
    const { data } = (await (await fetch(`${this.url(this.#asked.rules)}/api/v1/alerts`)).json()) as {
      data: { alerts: { name?: string; labels: Record<string, string>; state: string }[] }
    }
    return data.alerts.flatMap(({ name, labels, state }) =>
      state === 'firing' ? [labels.alertname ?? name ?? ''] : [],
    )
  }

  untilFires(...names: string[]): Promise<void> {
    return waitUntil(
      async () => {
        const firing = await this.firing()
        return names.every((name) => firing.includes(name)) ? done(undefined) : notYet(firing.join(', '))
      },
      { what: `${names.join(', ')} to fire`, ...STARTS_WITHIN },
    )
  }

  /** Signals the app, also one that a drill has started. */
  async signalApp(signal: NodeJS.Signals): Promise<void> {
    const pid = Number(await readFile(this.file('run/app.pid'), 'utf8'))
    if (!(await isApp(pid))) throw new Error(`${pid} is not the app`)
    process.kill(pid, signal)
  }

  /** The app answers. */
  untilAnswers(): Promise<void> {
    return answers(`http://127.0.0.1:${this.ports.app}/health`)
  }

  /** Whether a drill has killed the app, or is over without that. */
  untilGone(isOver: () => boolean): Promise<boolean> {
    const app = `http://127.0.0.1:${this.ports.app}/health`
    const isThere = () =>
      fetch(app, { signal: AbortSignal.timeout(1_000) }).then(
        () => true,
        () => false,
      )
    const look = async () => {
      if (!(await isThere())) return done(true)
      return isOver() ? done(false) : notYet('it answers')
    }
    return waitUntil(look, {
      what: 'the app to be gone',
      timeoutMs: 120_000,
      intervalMs: 20,
    })
  }

  /** Everything is again as it was: files, parts, and no alert is left. */
  async restore(files: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, text] of files) await writeFile(this.file(name), text)
    for (const part of ['alertmanager', 'prometheus'] as const) {
      // What a part knows of alerts is not in its files.
      await this.stopPart(part, 'SIGKILL')
      await rm(this.file(`data-${part}`), { recursive: true, force: true })
      await this.startPart(part)
    }
    await this.untilAnswers()
    await this.untilScraped()
  }

  /** Every target answers Prometheus. */
  untilScraped(): Promise<void> {
    return waitUntil(
      async () => {
        const up = await this.query('up')
        return up.length > 2 && up.every((value) => value === 1) ? done(undefined) : notYet(`up: ${up.join(', ')}`)
      },
      { what: 'every target to be up', ...STARTS_WITHIN },
    )
  }

  /** Runs a command on this system, whatever its exit code. */
  run(args: readonly string[]) {
    return this.state.run(args, { env: { FIREDRILL_RECEIVER_TOKEN: TOKEN }, extendEnv: true })
  }

  async check(more: readonly string[] = []) {
    const { exitCode, stdout, stderr } = await this.run([
      'system',
      'check',
      this.file('firedrill.yaml'),
      ...more,
      '--json',
    ])
    type Finding = { name: string; status: 'ok' | 'note' | 'bad'; detail: string; help: string[]; paste?: string[] }
    if (!stdout.startsWith('{')) throw new Error(`system check: ${stderr}`)
    return { exitCode, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings }
  }

  /** Runs a drill of the material. Without a journal it was refused. */
  async runDrill(name: string, more: readonly string[] = []) {
    const args = ['run', this.file(name), '--system', this.file('firedrill.yaml'), '--json', '--seed', '7', ...more]
    const { stdout, stderr, exitCode } = await this.run(args)
    const written = stdout.startsWith('{')
      ? (JSON.parse(stdout) as Journal | { error: { message: string } })
      : undefined
    const journal = written !== undefined && 'verdict' in written ? written : undefined
    const error = written !== undefined && 'error' in written ? written.error : undefined
    return { journal, error, exitCode, stderr: journal === undefined ? `${stderr}${stdout}` : stderr }
  }

  /** The same of one that is not refused. */
  async drill(name = 'drills/app-crash.yaml', more: readonly string[] = []): Promise<Journal> {
    const { journal, stderr } = await this.runDrill(name, more)
    if (journal === undefined) throw new Error(`${name} was not run: ${stderr}`)
    return journal
  }

  async stop(): Promise<void> {
    for (const part of [...this.#parts.keys()]) await this.stopPart(part, 'SIGKILL')
    await end(this.#app, 'SIGKILL')
    // A drill may have started another one.
    const pid = Number(await readFile(this.file('run/app.pid'), 'utf8').catch(() => ''))
    if (pid > 0 && (await isApp(pid))) process.kill(pid, 'SIGKILL')
    this.#exporter.closeAllConnections()
    await new Promise((resolve) => this.#exporter.close(resolve))
    await this.state.remove()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #putPorts(path: string): Promise<void> {
    const text = await readFile(path, 'utf8')
    // At once: a port put in may have the digits of one that is replaced.
    const names = new Map<string, string>(Object.entries(WRITTEN).map(([name, port]) => [port, name]))
    const put = (port: string) => this.ports[names.get(port) as Port]
    await writeFile(path, text.replaceAll(new RegExp([...names.keys()].join('|'), 'g'), put))
  }

  /** When a part has last read its configuration, as a text that is another one each time. */
  async #configuredAt(part: Part): Promise<string> {
    const metrics = await (await fetch(`${this.url(part)}/metrics`)).text()
    const name = `${part === 'alertmanager' ? part : 'prometheus'}_config_last_reload_success_timestamp_seconds`
    return metrics.split('\n').find((line) => line.startsWith(name)) ?? ''
  }
}

async function isApp(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('app.js')
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

function answers(url: string): Promise<void> {
  return waitUntil(
    async () => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
      return answer?.ok ? done(undefined) : notYet(answer === undefined ? 'no answer' : String(answer.status))
    },
    { what: `an answer of ${url}`, ...STARTS_WITHIN },
  )
}

async function freePorts(): Promise<Record<Port, string>> {
  const servers = await Promise.all(
    Object.keys(WRITTEN).map(async (name) => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return { name, server, port: String((server.address() as { port: number }).port) }
    }),
  )
  await Promise.all(servers.map(({ server }) => new Promise((resolve) => server.close(resolve))))
  return Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<Port, string>
}
