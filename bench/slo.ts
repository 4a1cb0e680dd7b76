/**
 * What objectives cost. Rendering the rules of 1,000 objectives must take under 2 s as a command, and the recording rules of the
 * shipped set under 8 % of a core in the lab's Prometheus, measured with and without them under the same traffic.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { request } from 'undici'
import { readAccess } from '../src/api/client/connect-system.ts'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { sleep } from '../src/base/wait.ts'
import type { ProbeAccess } from '../src/probes/json.ts'
import { distribution, saveResults, say } from './results.ts'
import { startStack, urlOf } from './stack.ts'

const OBJECTIVES = 1_000
/** One file may hold about half as many as this again. */
const OBJECTIVES_A_FILE = 500
const RENDERS = 5
const LIMITS = { renderMs: 2_000, cpuPercent: 8 }
const SETTLE_MS = 20_000
const MEASURE_MS = 60_000
const PROBE = { timeoutMs: 5_000 }

function spec(counting: string, from: number): string {
  const slos = Array.from({ length: OBJECTIVES_A_FILE }, (_, place) => {
    const index = from + place
    return `  - name: objective-${index}
    objective: 99.9
    description: The requests of job ${index} are answered
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="job-${index}",status=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="job-${index}"}[{{.window}}]))
    alerting:
      name: Objective${index}Burns
      page_alert: { labels: { severity: critical } }
      ticket_alert: { labels: { severity: warning } }
`
  })
  return `version: prometheus/v1\nservice: bench\nx-firedrill: { counting: ${counting} }\nslos:\n${slos.join('')}`
}

async function timeRender(counting: string): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-slo-'))
  try {
    const specs = join(folder, 'slos')
    await mkdir(specs)
    for (let from = 0; from < OBJECTIVES; from += OBJECTIVES_A_FILE) {
      await writeFile(join(specs, `${from}.yaml`), spec(counting, from))
    }
    const times: number[] = []
    for (let run = 0; run < RENDERS; run++) {
      const sinceMs = performance.now()
      const program = join(packageFolder(), 'bin', 'firedrill.js')
      await execa(process.execPath, [program, 'slo', 'render', specs, '--out', join(folder, 'rules.yml')])
      times.push(performance.now() - sinceMs)
    }
    return times
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** CPU of Prometheus, in percent of a core, over a minute of steady traffic to the store. */
async function prometheusCpu(withObjectives: boolean): Promise<{ cpuPercent: number; missed: number }> {
  if (withObjectives) delete process.env.FIREDRILL_OBJECTIVES
  else process.env.FIREDRILL_OBJECTIVES = 'none'
  const stack = await startStack('lab')
  try {
    const url = urlOf(stack.view, 'prometheus')
    const traffic = new AbortController()
    const running = callStore(urlOf(stack.view, 'store'), traffic.signal)
    await sleep(SETTLE_MS)
    const access = (await readAccess(stack.folder)).prometheus
    const before = await cpuSeconds(url, access)
    const sinceMs = performance.now()
    await sleep(MEASURE_MS)
    const seconds = (performance.now() - sinceMs) / 1_000
    const cpuPercent = ((await cpuSeconds(url, access)) - before) / seconds
    const [missed] = await stack.prometheus.query('sum(prometheus_rule_group_iterations_missed_total)', PROBE)
    traffic.abort()
    await running
    return { cpuPercent: Math.round(cpuPercent * 1_000) / 10, missed: missed?.value ?? Number.NaN }
  } finally {
    await stack.stop()
  }
}

async function callStore(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { body } = await request(`${url}/items?limit=5`)
    await body.dump()
    await sleep(10)
  }
}

/** Read from Prometheus itself, not from its database: to the moment. */
async function cpuSeconds(url: string, { authorization }: ProbeAccess): Promise<number> {
  const { body } = await request(`${url}/metrics`, { headers: { authorization } })
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(await body.text())?.[1])
}

const averaged = distribution(await timeRender('averages'))
const counted = distribution(await timeRender('events'))
say(`render, ${OBJECTIVES} objectives: averaged median ${averaged.median} ms, counted ${counted.median} ms (limit 2 s)`)
const without = await prometheusCpu(false)
const withAll = await prometheusCpu(true)
const rulesCpuPercent = Math.round((withAll.cpuPercent - without.cpuPercent) * 10) / 10
say(`Prometheus: ${without.cpuPercent} % of a core without objectives, ${withAll.cpuPercent} % with them`)
say(`the rules of the shipped objectives: ${rulesCpuPercent} % of a core (limit 8 %)`)
await saveResults('slo', {
  objectives: OBJECTIVES,
  renderMs: { averaged, counted },
  prometheus: { without, withAll, rulesCpuPercent },
  limits: LIMITS,
})
const within =
  averaged.median < LIMITS.renderMs && counted.median < LIMITS.renderMs && rulesCpuPercent < LIMITS.cpuPercent
say(within ? 'within all limits' : 'OVER A LIMIT')
process.exitCode = within ? 0 : 1
