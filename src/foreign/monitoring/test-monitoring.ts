import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defined } from '../../base/defined.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Alertmanager } from '../../probes/alertmanager.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { type ComponentName, definitionOf } from '../../runtimes/native/components/all/components.ts'
import { resolveComponents } from '../../runtimes/native/components/resolve.ts'
import { PortLedger } from '../../runtimes/native/process/ports.ts'

/** A real Prometheus and a real Alertmanager of somebody else, for tests of what Firedrill reads of them. */
export interface TestMonitoring {
  prometheusUrl: string
  alertmanagerUrl: string
  prometheus: Prometheus
  alertmanager: Alertmanager
  /** Ends Prometheus and starts it again, with the same data. */
  restartPrometheus(): Promise<void>
  /** Silences alerts of that name for an hour; resolves with the id of the silence. */
  silence(alertname: string, comment: string): Promise<string>
  endSilence(id: string): Promise<void>
  close(): Promise<void>
}

const SOON = { timeoutMs: 60_000, intervalMs: 50 }

/** `rules` and `inhibitRules` as their files have them. Everything is scraped, evaluated and grouped within a fraction of a second. */
export async function startMonitoring(
  rules: readonly object[],
  inhibitRules: readonly object[],
): Promise<TestMonitoring> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-monitoring-'))
  const ports = new PortLedger('127.0.0.1')
  const [prometheusPort, alertmanagerPort] = [await ports.reserve(29_190), await ports.reserve(29_193)]
  const [prometheusUrl, alertmanagerUrl] = [prometheusPort, alertmanagerPort].map(
    (port) => `http://127.0.0.1:${port}`,
  ) as [string, string]
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'all', rules }] }))
  await writeFile(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '200ms', scrape_timeout: '200ms', evaluation_interval: '200ms' },
      rule_files: ['rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
      scrape_configs: [{ job_name: 'prometheus', static_configs: [{ targets: [`127.0.0.1:${prometheusPort}`] }] }],
    }),
  )
  await writeFile(
    join(folder, 'alertmanager.yml'),
    JSON.stringify({
      route: { receiver: 'nobody', group_wait: '200ms', group_interval: '1s' },
      receivers: [{ name: 'nobody' }],
      inhibit_rules: inhibitRules,
    }),
  )
  await mkdir(join(folder, 'data'))
  await ports.release(prometheusPort)
  await ports.release(alertmanagerPort)
  const startPrometheus = () =>
    start('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
      // What is sent again is there at once after a start of Alertmanager.
      '--rules.alert.resend-delay=1s',
    ])
  const children: { prometheus: ChildProcess; alertmanager: ChildProcess } = {
    alertmanager: await start('alertmanager', [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      '--cluster.listen-address=',
    ]),
    prometheus: await startPrometheus(),
  }
  const close = async () => {
    await Promise.all(Object.values(children).map(end))
    await ports.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await ready(alertmanagerUrl)
    await ready(prometheusUrl)
  } catch (error) {
    await close()
    throw error
  }
  return {
    prometheusUrl,
    alertmanagerUrl,
    prometheus: new Prometheus(prometheusUrl),
    alertmanager: new Alertmanager(alertmanagerUrl),
    async restartPrometheus() {
      await end(children.prometheus)
      children.prometheus = await startPrometheus()
      await ready(prometheusUrl)
    },
    async silence(alertname, comment) {
      const answer = await fetch(`${alertmanagerUrl}/api/v2/silences`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
          startsAt: new Date().toISOString(),
          endsAt: new Date(Date.now() + 3_600_000).toISOString(),
          createdBy: 'alice',
          comment,
        }),
      })
      return ((await answer.json()) as { silenceID: string }).silenceID
    },
    async endSilence(id) {
      await fetch(`${alertmanagerUrl}/api/v2/silence/${id}`, { method: 'DELETE' })
    },
    close,
  }
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

async function ready(url: string): Promise<void> {
  await waitUntil(
    async () => {
      const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
      return answer?.ok ? done(undefined) : notYet(answer === undefined ? 'no answer' : String(answer.status))
    },
    { what: `${url} to be ready`, ...SOON },
  )
}
