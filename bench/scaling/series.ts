import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { type BenchMonitoring, startMonitoring } from '../measuring/monitoring.ts'
import { cpuSeconds } from '../measuring/pinned.ts'
import { processMemory } from '../measuring/process-memory.ts'
import { type Costs, type Growth, measureGrowth } from './growth.ts'
import { cpuMsOf } from './own-cost.ts'

/** What a drill's readings and Prometheus itself cost, by the number of series that it has: a thousand a target, scraped every second. */
export async function seriesGrowth(sizes: readonly number[]): Promise<Growth[]> {
  return measureGrowth({ least: 0, sizes }, seriesCosts)
}

const SERIES_A_TARGET = 1_000
const PROBE = { timeoutMs: 30_000 }
/** Time in which Prometheus has scraped often enough for a rate, and after which its start is over. */
const SETTLE_MS = 8_000
const IDLE_MS = 5_000
const READINGS = 40

async function seriesCosts(size: number): Promise<Costs> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-series-'))
  const ports = new PortLedger('127.0.0.1')
  const port = await ports.reserve(18_700)
  await ports.close()
  const targets = Math.ceil(size / SERIES_A_TARGET)
  const program = fileURLToPath(new URL('./series-target.js', import.meta.url))
  const exporter = fork(program, [String(targets), String(port)])
  await once(exporter, 'message')
  let monitoring: BenchMonitoring | undefined
  try {
    monitoring = await startMonitoring(folder, { rules: RULES, scrape_configs: jobs(targets, port), everyMs: 1_000 })
    return await costsOf(monitoring, targets)
  } finally {
    await monitoring?.stop()
    const ended = once(exporter, 'exit')
    exporter.disconnect()
    await ended
    await rm(folder, { recursive: true })
  }
}

const RULES = [{ alert: 'TargetDown', expr: 'up == 0', for: '1s', labels: { severity: 'critical' } }]

function jobs(targets: number, port: number): object[] {
  return Array.from({ length: targets }, (_, index) => ({
    job_name: `service-${index}`,
    metrics_path: `/${index}`,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  }))
}

async function costsOf({ prometheusUrl, prometheusPid }: BenchMonitoring, targets: number): Promise<Costs> {
  const prometheus = new Prometheus(prometheusUrl)
  await untilScraped(prometheus, targets)
  await sleep(SETTLE_MS)
  const idleFrom = cpuSeconds(prometheusPid)
  await sleep(IDLE_MS)
  const idleSeconds = (cpuSeconds(prometheusPid) - idleFrom) / (IDLE_MS / 1_000)
  /** CPU time of Prometheus for one reading, without what it does in the meantime. */
  const reading = async (read: () => Promise<unknown>): Promise<number> => {
    await read()
    const [from, sinceMs] = [cpuSeconds(prometheusPid), performance.now()]
    for (let count = 0; count < READINGS; count += 1) await read()
    const meanwhile = (idleSeconds * (performance.now() - sinceMs)) / 1_000
    return (Math.max(0, cpuSeconds(prometheusPid) - from - meanwhile) * 1_000) / READINGS
  }
  const ofOne = 'sum(rate(http_request_duration_seconds_bucket{job="service-0"}[5s]))'
  return {
    'Prometheus, scrapes and rules': { unit: 'ms/s', cost: idleSeconds * 1_000 },
    'Prometheus, resident': { unit: 'MB', cost: processMemory(prometheusPid).resident },
    'a rate over one target, Prometheus': { unit: 'ms', cost: await reading(() => prometheus.query(ofOne, PROBE)) },
    'a rate over all, Prometheus': { unit: 'ms', cost: await reading(() => prometheus.query(OF_ALL, PROBE)) },
    'alerts and their samples, Prometheus': { unit: 'ms', cost: await reading(() => readAlerts(prometheus)) },
    'alerts and their samples, a run': { unit: 'ms', cost: await cpuMsOf(() => readAlerts(prometheus)) },
  }
}

const OF_ALL = 'sum(rate(http_request_duration_seconds_bucket[5s]))'

/** What a run asks for again and again. */
function readAlerts(prometheus: Prometheus): Promise<unknown> {
  return Promise.all([prometheus.alerts(PROBE), prometheus.alertSamples(10_000, PROBE), prometheus.alertRules(PROBE)])
}

async function untilScraped(prometheus: Prometheus, targets: number): Promise<void> {
  await waitUntil(
    async () => {
      const [up] = await prometheus.query('sum(up{job=~"service-.*"}) or vector(0)', PROBE)
      return up?.value === targets ? done(undefined) : notYet(`${up?.value} targets are up`)
    },
    { what: `${targets} targets to be scraped`, timeoutMs: 120_000, intervalMs: 500 },
  )
}
