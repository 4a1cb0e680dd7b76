import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { formatLabels, hasLabels, type ScrapeTarget } from '../../probes/prometheus.ts'
import { openControls } from '../control/controls.ts'
import type { ReplicaControl } from '../control/replica-control.ts'
import { inspectCopies } from '../copies/inspect-copies.ts'
import { type ForeignService, type ForeignSystem, targetLabelsOf } from '../file/foreign-system.ts'
import { checkUrl } from '../foreign-replica.ts'
import { openMonitoring } from './monitoring.ts'
import { clocksIn } from './read-clocks.ts'

/** What `firedrill system check` reports: whether drills can run on a foreign system. */

const ASK_MS = 5_000

/** One thing that drills need of a system. `note`: drills run, but not as well as they could. */
export interface SystemFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
  /** Lines to copy into a configuration. */
  paste?: string[]
}

/** Checks everything that a description names, and changes nothing. Rejects only when a token is missing. */
export async function inspectSystem(
  system: ForeignSystem,
  { env = process.env, signal, prove }: InspectOptions = {},
): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = []
  const report: Report = (name, status, detail) => findings.push({ name, status, help: [], ...detailOf(detail) })
  const targets = await checkMonitoring(system, { env, signal, report, prove })
  const controls = openControls(env)
  try {
    for (const service of system.services) await checkService(service, { targets, controls, env, report })
  } finally {
    await controls.close()
  }
  return findings
}

export interface InspectOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
  /** Labels of a synthetic alert that proves that copies of notifications arrive; without them nothing is posted. */
  prove?: Readonly<Record<string, string>> | undefined
}

type Report = (
  name: string,
  status: SystemFinding['status'],
  detail: string | Pick<SystemFinding, 'detail' | 'help' | 'paste'>,
) => void

function detailOf(detail: Parameters<Report>[2]): Pick<SystemFinding, 'detail'> {
  return typeof detail === 'string' ? { detail } : detail
}

interface MonitoringCheck {
  env: NodeJS.ProcessEnv
  prove: InspectOptions['prove']
  signal: AbortSignal | undefined
  report: Report
}

/** Resolves with the targets that Prometheus scrapes; `undefined` when it does not answer. */
async function checkMonitoring(
  system: ForeignSystem,
  { env, signal, report, prove }: MonitoringCheck,
): Promise<ScrapeTarget[] | undefined> {
  const { prometheus, alertmanager } = openMonitoring(system, env)
  const bounded = { timeoutMs: ASK_MS, signal }
  const ask = async <T>(name: string, question: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await question()
    } catch (error) {
      signal?.throwIfAborted()
      report(name, 'bad', messageOf(error))
      return undefined
    }
  }
  const answers = await ask('prometheus', async () => ({
    version: await prometheus.version(bounded),
    config: await prometheus.config(bounded),
    flags: await prometheus.flags(bounded),
    rules: await prometheus.alertRules(bounded),
    targets: await prometheus.targets(bounded),
    alertmanagers: await prometheus.alertmanagers(bounded),
  }))
  const status = await ask('alertmanager', () => alertmanager.status(bounded))
  if (answers === undefined) {
    if (status !== undefined)
      report(
        'alertmanager',
        'ok',
        `${status.version} at ${system.alertmanager.url}; whether Prometheus sends to it is not known`,
      )
    return undefined
  }
  const { version, rules, targets, alertmanagers } = answers
  report('prometheus', 'ok', `${version} at ${system.prometheus.url}, ${rules.length} alerting rules`)
  if (rules.length === 0) report('rules', 'bad', 'there is no alerting rule: a drill has nothing to expect')
  if (status !== undefined) {
    const sends =
      alertmanagers.length === 0 ? 'Prometheus sends to none' : `Prometheus sends to ${alertmanagers.join(', ')}`
    const help = alertmanagers.length === 0 ? ['alerting.alertmanagers in the configuration of Prometheus'] : []
    const mark = alertmanagers.length === 0 ? 'bad' : 'ok'
    report('alertmanager', mark, { detail: `${status.version} at ${system.alertmanager.url}; ${sends}`, help })
    const answered = { targets, alertRules: rules, flags: answers.flags }
    const clocks = clocksIn(
      { ...answered, prometheusConfig: answers.config, alertmanagerConfig: status.config },
      system.services,
    )
    const { scrapeMs, livenessEvaluationMs, groupWaitMs } = clocks
    const text = `scrape ${formatDuration(scrapeMs)}, rules ${formatDuration(livenessEvaluationMs)}, group wait ${formatDuration(groupWaitMs)}`
    report('clocks', 'ok', text)
    if (system.receiver !== undefined) {
      const inspection = {
        alertmanager,
        config: status.config,
        waitMs: groupWaitMs + clocks.groupIntervalMs,
        env,
        prove,
        signal,
      }
      for (const { status: mark, ...found } of await inspectCopies(system.receiver, inspection))
        report('receiver', mark, { ...found, help: [] })
    }
  }
  return targets
}

interface ServiceCheck {
  targets: readonly ScrapeTarget[] | undefined
  controls: { controlOf(service: ForeignService, index: number): ReplicaControl }
  env: NodeJS.ProcessEnv
  report: Report
}

async function checkService(service: ForeignService, { targets, controls, env, report }: ServiceCheck): Promise<void> {
  const { name, urls, health, run } = service
  for (const [index, url] of urls.entries()) {
    const id = `${name}-${index + 1}`
    const problem = await checkUrl(url, health)
    if (problem === undefined) report(id, 'ok', `answers at ${url.href}`)
    else report(id, 'bad', `${url.href}: ${problem}`)
    await checkControl(controls.controlOf(service, index), run.kind, (status, detail) => report(id, status, detail))
    const known = run.kind === 'process' ? run.processes[index] : undefined
    if (known === undefined) continue
    const { cwd, start } = known
    if (!existsSync(cwd)) report(id, 'bad', `cannot be started: there is no folder ${cwd}`)
    else if (!isProgram(start[0], cwd, { ...env, ...known.env })) {
      report(id, 'bad', `cannot be started: there is no program ${start[0]}`)
    }
  }
  if (targets !== undefined) checkTargets(service, targets, report)
}

async function checkControl(
  control: ReplicaControl,
  kind: ForeignService['run']['kind'],
  report: (status: SystemFinding['status'], detail: Parameters<Report>[2]) => void,
): Promise<void> {
  if (kind === 'unknown') {
    report('note', 'nothing can be done to it: neither process nor compose is given')
    return
  }
  try {
    const current = await control.look()
    if (current === undefined) report('bad', `the ${control.description} is not there`)
    else if (current.halted) {
      const help = kind === 'process' ? `kill -CONT ${current.pid}` : 'docker unpause'
      report('bad', { detail: `the ${control.description} is frozen (pid ${current.pid})`, help: [help] })
    } else if (kind === 'process' && current.pid !== undefined && !maySignal(current.pid)) {
      report('bad', { detail: `pid ${current.pid} is another user's`, help: ['run firedrill as that user'] })
    } else report('ok', `${control.description}, pid ${current.pid ?? 'not known'}`)
  } catch (error) {
    report('bad', `${control.description}: ${messageOf(error)}`)
  }
}

function checkTargets(service: ForeignService, targets: readonly ScrapeTarget[], report: Report): void {
  const wanted = targetLabelsOf(service)
  const labelsText = wanted.map(formatLabels).join(' or ')
  const found = targets.filter(({ labels }) => wanted.some((one) => hasLabels(labels, one)))
  if (found.length === 0) {
    const there = [
      ...new Set(targets.map(({ labels }) => formatLabels({ job: labels.job ?? '', instance: labels.instance ?? '' }))),
    ]
    report(service.name, 'bad', {
      detail: `no target of Prometheus has ${labelsText}`,
      help: [`there are ${there.join(', ') || 'none'}`],
    })
    return
  }
  const down = found.filter(({ up }) => !up).map(({ labels }) => labels.instance ?? formatLabels(labels))
  const instances = found.map(({ labels }) => labels.instance ?? formatLabels(labels)).join(', ')
  if (down.length > 0) report(service.name, 'bad', `${labelsText} matches ${instances}; not up: ${down.join(', ')}`)
  else if (found.length !== service.urls.length) {
    report(
      service.name,
      'note',
      `${labelsText} matches ${found.length} targets, and it has ${service.urls.length} URLs: ${instances}`,
    )
  } else report(service.name, 'ok', `${labelsText} matches ${instances}`)
}

function maySignal(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Whether a program would be found as the kernel and PATH find it. */
function isProgram(program: string, cwd: string, env: NodeJS.ProcessEnv): boolean {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : (env.PATH ?? '').split(delimiter).map((one) => join(one, program))
  return places.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
