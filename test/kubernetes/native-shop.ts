import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type BenchMonitoring, startMonitoring } from '../../bench/measuring/monitoring.ts'
import { signalProcess } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { findProcess } from '../../src/foreign/control/find-process.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'

const MATERIAL = fileURLToPath(new URL('./shop/', import.meta.url))
const WARM_UP_MS = 8_000
/** The clocks of shop/prometheus.yml. */
const EVERY_MS = 1_000

/** The shop of these tests as two processes of this machine, with the same rules and clocks. */
export class NativeShop {
  readonly #folder: string
  readonly #ports: readonly number[]
  readonly #state: FiredrillFolder
  readonly #monitoring: BenchMonitoring
  readonly #started: readonly ChildProcess[]

  private constructor(folder: string, ports: readonly number[], started: readonly ChildProcess[], more: Beside) {
    this.#folder = folder
    this.#ports = ports
    this.#started = started
    this.#state = more.state
    this.#monitoring = more.monitoring
  }

  static async start(): Promise<NativeShop> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-native-shop-'))
    await cp(MATERIAL, folder, { recursive: true })
    await mkdir(join(folder, 'monitoring'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const ledger = new PortLedger('127.0.0.1')
    const ports = [await ledger.reserve(3_900), await ledger.reserve(3_910)]
    await ledger.close()
    const started = ports.map((port) =>
      spawn(process.execPath, ['app.js'], { cwd: folder, env: { ...process.env, ...envOf(port) }, stdio: 'ignore' }),
    )
    const targets = ports.map((port) => `127.0.0.1:${port}`)
    const { groups } = parse(await readFile(join(folder, 'rules.yml'), 'utf8')) as { groups: [{ rules: object[] }] }
    const { route } = parse(await readFile(join(folder, 'alertmanager.yml'), 'utf8')) as { route: object }
    const monitoring = await startMonitoring(join(folder, 'monitoring'), {
      everyMs: EVERY_MS,
      rules: groups[0].rules,
      scrape_configs: [{ job_name: 'shop', static_configs: [{ targets }] }],
      route: { ...route, receiver: 'nobody' },
    })
    const shop = new NativeShop(folder, ports, started, { state: await FiredrillFolder.create(), monitoring })
    await writeFile(join(folder, 'firedrill.yaml'), shop.#description())
    const drill = await readFile(join(folder, 'drills', 'shop-crash.yaml'), 'utf8')
    // Here the guardian starts it again, when the time of the fault is over; in a cluster the kubelet does, at once.
    const native = drill.replace('fault: crash', 'fault: kill').replace('for: 30s', 'for: 6s')
    await writeFile(join(folder, 'drills', 'shop-kill.yaml'), native)
    return shop
  }

  async untilScraped(): Promise<void> {
    await waitUntil(
      async () => {
        const [up, alerts] = [await this.#query('sum(up{job="shop"})'), await this.#query('count(ALERTS)')]
        return up[0] === 2 && alerts.length === 0 ? done(undefined) : notYet(`up ${up}, alerts ${alerts}`)
      },
      { what: 'two shops to be scraped, without an alert', timeoutMs: 120_000, intervalMs: 200 },
    )
  }

  /** Runs the drill in which one of the two is killed, to its journal. */
  async drill(): Promise<Journal> {
    const [drill, system] = [join(this.#folder, 'drills', 'shop-kill.yaml'), join(this.#folder, 'firedrill.yaml')]
    const { stdout, stderr } = await this.#state.run(['run', drill, '--system', system, '--busy', '--json'])
    if (!stdout.includes('"verdict"')) throw new Error(`the drill was not run: ${stderr}${stdout}`)
    return JSON.parse(stdout) as Journal
  }

  async remove(): Promise<void> {
    await this.#monitoring.stop()
    // Those that the guardian has started again are not our children.
    for (const port of this.#ports) {
      const found = findProcess({ by: 'port', port })
      if (found !== undefined) signalProcess(found.pid, 'SIGKILL')
    }
    for (const child of this.#started) {
      if (child.exitCode === null && child.signalCode === null)
        await Promise.all([once(child, 'exit'), child.kill('SIGKILL')])
    }
    await this.#state.remove()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #description(): string {
    const processes = this.#ports.map((port) => ({
      port,
      start: [process.execPath, 'app.js'],
      env: envOf(port),
      log: `${port}.log`,
    }))
    return JSON.stringify({
      name: 'shop',
      environment: 'lab',
      prometheus: this.#monitoring.prometheusUrl,
      alertmanager: this.#monitoring.alertmanagerUrl,
      services: {
        shop: {
          urls: this.#ports.map((port) => `http://127.0.0.1:${port}`),
          health: '/health',
          labels: { job: 'shop' },
          process: processes,
        },
      },
    })
  }

  async #query(expression: string): Promise<number[]> {
    const answer = await fetch(`${this.#monitoring.prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
    return data.result.map(({ value }) => Number(value[1]))
  }
}

interface Beside {
  state: FiredrillFolder
  monitoring: BenchMonitoring
}

function envOf(port: number): Record<string, string> {
  return { PORT: String(port), WARM_UP_MS: String(WARM_UP_MS) }
}
