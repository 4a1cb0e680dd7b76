import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defined } from '../../src/base/defined.ts'
import { promDuration } from '../../src/base/units/duration.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { type ComponentName, definitionOf } from '../../src/runtimes/native/components/all/components.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'

/** A real Prometheus and a real Alertmanager that are not the stack's. */
export interface BenchMonitoring {
  prometheusUrl: string
  alertmanagerUrl: string
  prometheusPid: number
  stop(): Promise<void>
}

export interface MonitoringSettings {
  /** Scrapes and evaluates this often, in milliseconds. */
  everyMs: number
  /** As their files have them. */
  rules: readonly object[]
  scrape_configs: readonly object[]
  /** Of Alertmanager. Default: it waits for nothing. */
  route?: object
}

/** Starts both with their files and data in a folder. */
export async function startMonitoring(folder: string, settings: MonitoringSettings): Promise<BenchMonitoring> {
  const ports = new PortLedger('127.0.0.1')
  const [prometheusPort, alertmanagerPort] = [await ports.reserve(18_290), await ports.reserve(18_293)]
  await writeFiles(folder, settings, alertmanagerPort)
  await ports.close()
  const children: ChildProcess[] = []
  const stop = async () => {
    await Promise.all(children.map(end))
  }
  const [prometheusUrl, alertmanagerUrl] = [
    `http://127.0.0.1:${prometheusPort}`,
    `http://127.0.0.1:${alertmanagerPort}`,
  ]
  try {
    const alertmanager = await start('alertmanager', [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ])
    children.push(alertmanager)
    const prometheus = await start('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
      '--rules.alert.resend-delay=1s',
    ])
    children.push(prometheus)
    for (const url of [alertmanagerUrl, prometheusUrl]) await untilReady(url)
    return { prometheusUrl, alertmanagerUrl, prometheusPid: prometheus.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function writeFiles(folder: string, settings: MonitoringSettings, alertmanagerPort: number): Promise<void> {
  const { everyMs, rules, scrape_configs, route = {} } = settings
  const every = promDuration(everyMs)
  const files = {
    'rules.yml': { groups: [{ name: 'bench', rules }] },
    'prometheus.yml': {
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      rule_files: ['rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
      scrape_configs,
    },
    'alertmanager.yml': {
      route: { receiver: 'nobody', group_wait: '0s', group_interval: '1s', ...route },
      receivers: [{ name: 'nobody' }],
    },
  }
  await mkdir(join(folder, 'data'), { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content))
}

async function start(component: ComponentName, args: readonly string[]): Promise<ChildProcess> {
  const found = (await resolveComponents([component], { fetch: true })).get(component)
  const program = found?.programs[definitionOf(component).server]
  if (found === undefined || program === undefined) throw new Error(`there is no ${component}`)
  const env = { ...process.env, ...found.env }
  return spawn(program, [...found.args, ...args], { ...defined({ cwd: found.cwd }), env, stdio: 'ignore' })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function untilReady(url: string): Promise<void> {
  await waitUntil(
    async () => {
      const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) })
      return answer.ok ? done(undefined) : notYet(String(answer.status))
    },
    { what: `${url} to be ready`, timeoutMs: 60_000, intervalMs: 50 },
  )
}
