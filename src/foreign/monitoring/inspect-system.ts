import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { formatLabels, hasLabels, type ScrapeTarget } from '../../probes/prometheus.ts'
import { openControls } from '../control/controls.ts'
import type { ReplicaControl } from '../control/replica-control.ts'
import { type ForeignService, type ForeignSystem, targetLabelsOf } from '../file/foreign-system.ts'
import { checkUrl } from '../foreign-replica.ts'
import { openMonitoring } from './monitoring.ts'
import { clocksIn } from './read-clocks.ts'

const ASK_MS = 5_000

/** One thing that drills need of a system. `note`: they run, but not as well as they could. */
export interface SystemFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
}

type Tell = (name: string, status: SystemFinding['status'], detail: string, ...help: string[]) => void

/** Looks at everything that a description names, and touches nothing. Never rejects but when a token is missing. */
export async function inspectSystem(
  system: ForeignSystem,
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = []
  const tell: Tell = (name, status, detail, ...help) => findings.push({ name, status, detail, help })
  const targets = await checkMonitoring(system, tell, env, signal)
  const hands = openControls(env)
  try {
    for (const service of system.services) await checkService(service, { targets, hands, env, tell })
  } finally {
    await hands.close()
  }
  return findings
}

/** Resolves with the targets that Prometheus scrapes; `undefined` when it does not say. */
async function checkMonitoring(
  system: ForeignSystem,
  tell: Tell,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<ScrapeTarget[] | undefined> {
  const { prometheus, alertmanager } = openMonitoring(system, env)
  const bounded = { timeoutMs: ASK_MS, signal }
  const ask = async <T>(name: string, question: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await question()
    } catch (error) {
      signal?.throwIfAborted()
      tell(name, 'bad', messageOf(error))
      return undefined
    }
  }
  const said = await ask('prometheus', async () => ({
    version: await prometheus.version(bounded),
    config: await prometheus.config(bounded),
    flags: await prometheus.flags(bounded),
    rules: await prometheus.alertRules(bounded),
    targets: await prometheus.targets(bounded),
    alertmanagers: await prometheus.alertmanagers(bounded),
  }))
  const status = await ask('alertmanager', () => alertmanager.status(bounded))
  if (said === undefined) {
    if (status !== undefined)
      tell(
        'alertmanager',
        'ok',
        `${status.version} at ${system.alertmanager.url}; who sends to it, Prometheus does not say`,
      )
    return undefined
  }
  const { version, rules, targets, alertmanagers } = said
  tell('prometheus', 'ok', `${version} at ${system.prometheus.url}, ${rules.length} alerting rules`)
  if (rules.length === 0) tell('rules', 'bad', 'no rule alerts: there is nothing that a drill could expect')
  if (status !== undefined) {
    const sends =
      alertmanagers.length === 0 ? 'Prometheus sends to none' : `Prometheus sends to ${alertmanagers.join(', ')}`
    const help = alertmanagers.length === 0 ? ['alerting.alertmanagers in the configuration of Prometheus'] : []
    const mark = alertmanagers.length === 0 ? 'bad' : 'ok'
    tell('alertmanager', mark, `${status.version} at ${system.alertmanager.url}; ${sends}`, ...help)
    const says = { targets, alertRules: rules, flags: said.flags }
    const clocks = clocksIn(
      { ...says, prometheusConfig: said.config, alertmanagerConfig: status.config },
      system.services,
    )
    const { scrapeMs, livenessEvaluationMs, groupWaitMs } = clocks
    const text = `scrape ${formatDuration(scrapeMs)}, rules ${formatDuration(livenessEvaluationMs)}, group wait ${formatDuration(groupWaitMs)}`
    tell('clocks', 'ok', text)
  }
  return targets
}

interface ServiceCheck {
  targets: readonly ScrapeTarget[] | undefined
  hands: { handOf(service: ForeignService, index: number): ReplicaControl }
  env: NodeJS.ProcessEnv
  tell: Tell
}

async function checkService(service: ForeignService, { targets, hands, env, tell }: ServiceCheck): Promise<void> {
  const { name, urls, health, run } = service
  for (const [index, url] of urls.entries()) {
    const id = `${name}-${index + 1}`
    const problem = await checkUrl(url, health)
    if (problem === undefined) tell(id, 'ok', `answers at ${url.href}`)
    else tell(id, 'bad', `${url.href}: ${problem}`)
    await checkHand(id, hands.handOf(service, index), run.kind, tell)
    const one = run.kind === 'process' ? run.processes[index] : undefined
    if (one !== undefined && !existsSync(one.cwd)) tell(id, 'bad', `cannot be started: there is no folder ${one.cwd}`)
    else if (one !== undefined && !isProgram(one.start[0], one.cwd, { ...env, ...one.env })) {
      tell(id, 'bad', `cannot be started: there is no program ${one.start[0]}`)
    }
  }
  if (targets !== undefined) checkTargets(service, targets, tell)
}

async function checkHand(
  id: string,
  hand: ReplicaControl,
  kind: ForeignService['run']['kind'],
  tell: Tell,
): Promise<void> {
  if (kind === 'unknown') {
    tell(id, 'note', 'nothing can be done to it: neither process nor compose is given')
    return
  }
  try {
    const sight = await hand.look()
    if (sight === undefined) tell(id, 'bad', `the ${hand.description} is not there`)
    else if (sight.halted) {
      const help = kind === 'process' ? `kill -CONT ${sight.pid}` : 'docker unpause'
      tell(id, 'bad', `the ${hand.description} stands still (pid ${sight.pid})`, help)
    } else if (kind === 'process' && sight.pid !== undefined && !maySignal(sight.pid)) {
      tell(id, 'bad', `pid ${sight.pid} is another user's`, 'run firedrill as that user')
    } else tell(id, 'ok', `${hand.description}, pid ${sight.pid ?? 'not known'}`)
  } catch (error) {
    tell(id, 'bad', `${hand.description}: ${messageOf(error)}`)
  }
}

function checkTargets(service: ForeignService, targets: readonly ScrapeTarget[], tell: Tell): void {
  const wanted = targetLabelsOf(service)
  const told = wanted.map(formatLabels).join(' or ')
  const found = targets.filter(({ labels }) => wanted.some((one) => hasLabels(labels, one)))
  if (found.length === 0) {
    const there = [
      ...new Set(targets.map(({ labels }) => formatLabels({ job: labels.job ?? '', instance: labels.instance ?? '' }))),
    ]
    tell(service.name, 'bad', `no target of Prometheus has ${told}`, `there are ${there.join(', ') || 'none'}`)
    return
  }
  const down = found.filter(({ up }) => !up).map(({ labels }) => labels.instance ?? formatLabels(labels))
  const instances = found.map(({ labels }) => labels.instance ?? formatLabels(labels)).join(', ')
  if (down.length > 0) tell(service.name, 'bad', `${told} matches ${instances}; not up: ${down.join(', ')}`)
  else if (found.length !== service.urls.length) {
    tell(
      service.name,
      'note',
      `${told} matches ${found.length} targets, and it has ${service.urls.length} URLs: ${instances}`,
    )
  } else tell(service.name, 'ok', `${told} matches ${instances}`)
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
