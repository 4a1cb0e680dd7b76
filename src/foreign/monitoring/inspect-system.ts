import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import type { Environment } from '../../drills/journal/schema/safety.ts'
import { formatLabels, hasLabels, Prometheus, type ScrapeTarget } from '../../probes/prometheus.ts'
import { checkUrl } from '../check-url.ts'
import { openControls } from '../control/controls.ts'
import { identifyingFacts } from '../control/process-facts.ts'
import type { ReplicaControl } from '../control/replica-control.ts'
import { type ForeignProcess, type ForeignService, type ForeignSystem, targetLabelsOf } from '../file/foreign-system.ts'
import { clustersOf } from '../kubernetes/clusters.ts'
import { inspectWorkload } from '../kubernetes/inspect-workload.ts'
import { inspectService } from '../kubernetes/links/inspect-service.ts'
import { inspectLinks } from '../links/inspect-links.ts'
import type { SystemFinding } from '../system-finding.ts'
import { checkAlerts } from './inspect-alerts.ts'
import { inspectKubernetes } from './inspect-kubernetes.ts'
import { inspectMonitoring, type Report } from './inspect-monitoring.ts'
import { inspectReceiver } from './inspect-receiver.ts'
import { inspectSafety } from './inspect-safety.ts'
import { openMonitoring } from './monitoring.ts'
import { labelsIn } from './read-clocks.ts'

/** What `firedrill system check` reports: whether drills can run on a foreign system. */

/** Checks everything that a description names, and changes nothing. Rejects only when a token is missing. */
export async function inspectSystem(
  system: ForeignSystem,
  { env = process.env, signal, prove }: InspectOptions = {},
): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = []
  const report: Report = (name, status, detail) => findings.push({ name, status, help: [], ...detailOf(detail) })
  const targets = await inspectMonitoring(system, { env, signal, report })
  await inspectReceiver(system, { env, signal, prove, report })
  findings.push(...(await inspectSafety(system, { prometheus: await openAsSent(system, env, signal), signal })))
  const { environment } = system.safety
  for (const { name, status, ...detail } of await checkAlerts(system, { env, signal })) report(name, status, detail)
  const controls = openControls(env)
  try {
    for (const service of system.services) await checkService(service, { environment, targets, controls, env, report })
    const { prometheus } = openMonitoring(system, env)
    for (const one of await inspectKubernetes(system, { prometheus, targets, env, signal }))
      report(one.name, one.status, one)
    findings.push(...(await inspectLinks(system, { env, signal })))
    for (const link of system.serviceLinks) findings.push(await inspectService(link, clustersOf(env)))
  } finally {
    await controls.close()
  }
  return findings
}

/** Prometheus, whose alerts and rules have the labels that Alertmanager gets, where it shows what becomes of them. */
async function openAsSent(system: ForeignSystem, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Prometheus> {
  const { prometheus, access } = openMonitoring(system, env)
  const configs = await prometheus.ruleConfigs({ timeoutMs: ASK_MS, signal }).catch(() => [])
  return new Prometheus(system.prometheus.url, { ...access.prometheus, alertLabels: labelsIn(configs).labels })
}

const ASK_MS = 5_000

export interface InspectOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
  /** Labels of a synthetic alert that proves that copies of notifications arrive; without them nothing is posted. */
  prove?: Readonly<Record<string, string>> | undefined
}

function detailOf(detail: Parameters<Report>[2]): Pick<SystemFinding, 'detail'> {
  return typeof detail === 'string' ? { detail } : detail
}

interface ServiceCheck {
  environment: Environment
  targets: readonly ScrapeTarget[] | undefined
  controls: { controlOf(service: ForeignService, index: number): ReplicaControl }
  env: NodeJS.ProcessEnv
  report: Report
}

async function checkService(
  service: ForeignService,
  { environment, targets, controls, env, report }: ServiceCheck,
): Promise<void> {
  const { name, urls, health, run } = service
  if (run.kind === 'kubernetes')
    await inspectWorkload(run, { clusters: clustersOf(env), report: (status, detail) => report(name, status, detail) })
  for (const [index, url] of urls.entries()) {
    const id = `${name}-${index + 1}`
    const problem = await checkUrl(url, health)
    if (problem === undefined) report(id, 'ok', `answers at ${url.href}`)
    else report(id, 'bad', `${url.href}: ${problem}`)
    if (run.kind === 'kubernetes') continue
    await checkControl(controls.controlOf(service, index), run.kind, (status, detail) => report(id, status, detail))
    if (index === 0 && service.disk !== undefined && run.kind !== 'compose' && !existsSync(service.disk))
      report(name, 'bad', `there is no folder ${service.disk} that could be filled (disk)`)
    const known = run.kind === 'process' ? run.processes[index] : undefined
    if (known === undefined) continue
    await checkIdentity(controls.controlOf(service, index), known, { id, environment, report })
    const { cwd, start } = known
    if (!existsSync(cwd)) report(id, 'bad', `cannot be started: there is no folder ${cwd}`)
    else if (!isProgram(start[0], cwd, { ...env, ...known.env })) {
      report(id, 'bad', `cannot be started: there is no program ${start[0]}`)
    }
  }
  if (targets !== undefined) checkTargets(service, targets, report)
}

/** Prints what identifies the process that is there, for its description. */
async function checkIdentity(
  control: ReplicaControl,
  { is }: ForeignProcess,
  { id, environment, report }: Pick<ServiceCheck, 'environment' | 'report'> & { id: string },
): Promise<void> {
  if (is?.program !== undefined || environment === 'lab') return
  const current = await control.look().catch(() => undefined)
  const facts = current?.pid === undefined ? undefined : identifyingFacts(current.pid)
  if (facts === undefined) return
  const line = Object.entries(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  report(id, environment === 'production' ? 'bad' : 'note', {
    detail: 'is known by its port or pid file alone: another program that is found there would be hit',
    help: [`is: { ${line.join(', ')} }`],
  })
}

async function checkControl(
  control: ReplicaControl,
  kind: ForeignService['run']['kind'],
  report: (status: SystemFinding['status'], detail: Parameters<Report>[2]) => void,
): Promise<void> {
  if (kind === 'unknown') {
    report('note', 'nothing can be done to it: neither process, systemd, compose nor kubernetes is given')
    return
  }
  try {
    const current = await control.look()
    if (current === undefined) report('bad', `the ${control.description} is not there`)
    else if (current.halted) {
      const help = kind === 'compose' ? 'docker unpause' : `kill -CONT ${current.pid}`
      report('bad', { detail: `the ${control.description} is frozen (pid ${current.pid})`, help: [help] })
    } else if (kind !== 'compose' && current.pid !== undefined && !maySignal(current.pid)) {
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
  else if (service.run.kind !== 'kubernetes' && found.length !== service.urls.length) {
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
