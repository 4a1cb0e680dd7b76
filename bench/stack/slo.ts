/**
 * What objectives cost: the rendering of the rules of 1,000 objectives as a command, beside a fixed piece of work, and the recording
 * rules of the shipped set in the lab's Prometheus, beside all else that this Prometheus does under the same traffic.
 *
 *   npm run bench:slo -- [--renders 5] [--seconds 60]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { request } from 'undici'
import { readAccess } from '../../src/api/client/connect-system.ts'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { sleep } from '../../src/base/wait.ts'
import type { ProbeAccess } from '../../src/probes/json.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { print } from '../measuring/print.ts'
import { startStack, urlOf } from '../measuring/stack.ts'

const OBJECTIVES = 1_000
/** One file may hold about half as many as this again. */
const OBJECTIVES_A_FILE = 500
/** Pieces of reference work in the time of one rendering; CPU of the rules to that of Prometheus without them. */
const LIMITS = { renderWork: 500, rulesToOther: 1 }
const SETTLE_MS = 20_000
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

async function timeRender(counting: string, renders: number): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-slo-'))
  try {
    const specs = join(folder, 'slos')
    await mkdir(specs)
    for (let from = 0; from < OBJECTIVES; from += OBJECTIVES_A_FILE) {
      await writeFile(join(specs, `${from}.yaml`), spec(counting, from))
    }
    const times: number[] = []
    for (let run = 0; run < renders; run++) {
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

/** CPU of Prometheus, in percent of a core, under steady traffic to the store. */
async function prometheusCpu(
  withObjectives: boolean,
  measureMs: number,
): Promise<{ cpuPercent: number; missed: number }> {
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
    await sleep(measureMs)
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

const { values } = parseArgs({
  options: { renders: { type: 'string', default: '5' }, seconds: { type: 'string', default: '60' } },
})
const speed = new MachineSpeed()
speed.sample()
const averaged = distribution(await timeRender('averages', Number(values.renders)))
speed.sample()
const counted = distribution(await timeRender('events', Number(values.renders)))
speed.sample()
print(`render, ${OBJECTIVES} objectives: averaged median ${averaged.median} ms, counted ${counted.median} ms`)
const without = await prometheusCpu(false, Number(values.seconds) * 1_000)
const withAll = await prometheusCpu(true, Number(values.seconds) * 1_000)
const rulesCpuPercent = Math.round((withAll.cpuPercent - without.cpuPercent) * 10) / 10
print(`Prometheus: ${without.cpuPercent} % of a core without objectives, ${withAll.cpuPercent} % with them`)
const work = { unit: 'ms', peerName: 'reference work', peer: speed.workMs, atMost: LIMITS.renderWork }
const checks = [
  compare({ ...work, what: `render ${OBJECTIVES} averaged objectives`, ours: averaged.median }),
  compare({ ...work, what: `render ${OBJECTIVES} counted objectives`, ours: counted.median }),
  compare({
    ...{ what: 'CPU of the rules', unit: '% of a core', ours: rulesCpuPercent },
    ...{ peerName: 'all else of Prometheus', peer: without.cpuPercent, atMost: LIMITS.rulesToOther },
  }),
  measure({ what: 'missed evaluations', ours: withAll.missed, atMost: 0 }),
]
await finish('slo', checks, {
  objectives: OBJECTIVES,
  renderMs: { averaged, counted },
  referenceWorkMs: speed.workMs,
  prometheus: { without, withAll, rulesCpuPercent },
})
