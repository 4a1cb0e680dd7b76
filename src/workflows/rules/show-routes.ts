import { usageErrors } from '../../base/usage-errors.ts'
import type { Drill } from '../../drills/file/drill.ts'
import { faults } from '../../faults/faults.ts'
import type { LintRule } from '../../lint/finding.ts'
import { ANY_SERIES } from '../../lint/knowledge/any-series.ts'
import type { Knowledge } from '../../lint/knowledge/knowledge.ts'
import { knowledgeWith } from '../../lint/lint.ts'
import { type RoutedRules, routedRules } from '../../lint/routes/routed-rules.ts'
import { readRuleFiles } from '../../lint/rules/rule-files.ts'
import { readRouting } from '../../routing/config/read-routing.ts'
import type { RoutedFault, RoutesReport } from '../../routing/routes-report.ts'
import type { Routing } from '../../routing/routing.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Profile } from '../../stack/profile.ts'

/** Who is notified of every alert, when and after what wait; and of which faults, as far as drills expect alerts of them. */
export async function showRoutes(request: RoutesRequest, context: RoutesContext): Promise<RoutesReport> {
  const basis = await basisOf(request, context)
  const { rules, knowledge, routing, external, notes } = basis
  const { atMs } = request
  const routed = routedRules(
    rules.filter(({ alerts }) => alerts),
    { routing, knowledge: knowledgeWith(rules, knowledge), external, atMs },
  )
  const drills = await readDrills(request, context)
  const quiet = drills === undefined ? [noDrills(request)] : []
  return {
    kind: 'firedrill routes',
    schemaVersion: 1,
    rulesFrom: basis.rulesFrom,
    routesFrom: basis.routesFrom,
    atMs: atMs ?? null,
    alerts: routed.alerts,
    faults: drills === undefined ? [] : faultsOf(drills, routed, request.system === undefined),
    notes: [...notes, ...quiet],
  }
}

const ASK_MS = 15_000

export interface RoutesRequest {
  /** Drills whose faults are looked at; without any, on a stack of Firedrill's, those that ship. */
  drills: readonly string[]
  /** The description of a foreign system. */
  system?: string | undefined
  /** Alertmanager's configuration and rule files, of a system that cannot be asked; both or none. */
  config?: string | undefined
  rules: readonly string[]
  /** Labels that Prometheus adds to each alert, for a configuration that is given. */
  external: Readonly<Record<string, string>>
  /** The moment for which mute and active times are looked at, in epoch milliseconds. */
  atMs?: number | undefined
  /** The clock of a stack that is not up. */
  profile: Profile
}

export interface RoutesContext {
  folder: StateFolder
  signal: AbortSignal
}

interface Basis {
  rules: LintRule[]
  knowledge: Knowledge
  routing: Routing
  external: Readonly<Record<string, string>>
  rulesFrom: string
  routesFrom: string
  notes: string[]
}

async function basisOf(request: RoutesRequest, context: RoutesContext): Promise<Basis> {
  const { config, rules, system, profile } = request
  if (config !== undefined || rules.length > 0) return filesBasis(request)
  const { findStack } = await import('../../api/stack-files/control-file.ts')
  if (system !== undefined || (await findStack(context.folder)) !== undefined) return liveBasis(system, context)
  const [{ stackRules }, { shippedKnowledge }, { shippedRouting }] = await Promise.all([
    import('../../lint/rules/stack-rules.ts'),
    import('../../lint/knowledge/shipped-knowledge.ts'),
    import('./shipped-routing.ts'),
  ])
  return {
    rules: await stackRules(profile, process.env),
    knowledge: shippedKnowledge(profile),
    routing: await shippedRouting(profile, process.env),
    external: {},
    rulesFrom: `the rules that ship, profile ${profile.name}`,
    routesFrom: 'the configuration that ships',
    notes: [],
  }
}

async function filesBasis({ config, rules, external, profile, system }: RoutesRequest): Promise<Basis> {
  if (config === undefined || rules.length === 0 || system !== undefined) {
    throw usageErrors.error('FD_USAGE', {
      message: system === undefined ? 'one of the two is missing' : 'a system has a configuration and rules of its own',
      where: '--config and --rules',
      expected: 'both --config and --rules, or --system, or none of them for the stack',
    })
  }
  const [routing, read] = await Promise.all([readRouting(config), readRuleFiles(rules, profile.timing.evaluationMs)])
  const unread = read.findings.length
  return {
    rules: read.rules,
    knowledge: ANY_SERIES,
    routing,
    external,
    rulesFrom: rules.join(', '),
    routesFrom: config,
    notes: unread === 0 ? [] : [`${unread} findings in the rule files: firedrill lint --any-series lists them`],
  }
}

async function liveBasis(system: string | undefined, { folder, signal }: RoutesContext): Promise<Basis> {
  const [{ findMonitoring }, { liveRouting }, { readKnowledge }] = await Promise.all([
    import('./live-prometheus.ts'),
    import('./live-routing.ts'),
    import('../../probes/live-knowledge.ts'),
  ])
  const monitoring = await findMonitoring(system, folder)
  const bounds = { timeoutMs: ASK_MS, signal }
  const [rules, knowledge, { routing, external, notes }] = await Promise.all([
    monitoring.prometheus.rules(bounds),
    readKnowledge(monitoring.prometheus, { ...bounds, nowMs: Date.now() }),
    liveRouting(monitoring, bounds),
  ])
  if (routing === undefined) {
    const { routingErrors } = await import('../../routing/errors.ts')
    throw routingErrors.error('FD_ROUTING_INVALID', { message: notes[0] ?? 'no routes', where: 'Alertmanager' })
  }
  const of = system ?? 'the stack that is up'
  return {
    rules,
    knowledge,
    routing,
    external,
    notes,
    rulesFrom: `Prometheus of ${of}`,
    routesFrom: `Alertmanager of ${of}`,
  }
}

/** `undefined`: no drill was named, and none ships for it. @throws FD_DRILL_NOT_FOUND, FD_DRILL_INVALID, FD_USAGE */
async function readDrills(
  { drills, system, config }: RoutesRequest,
  _context: RoutesContext,
): Promise<Drill[] | undefined> {
  if (config !== undefined && drills.length > 0) {
    throw usageErrors.error('FD_USAGE', {
      message: 'drills are for a system, not for files',
      given: drills.join(' '),
      expected: 'drills with --system, or with the stack of Firedrill',
    })
  }
  if (config !== undefined || (system !== undefined && drills.length === 0)) return undefined
  const [{ locateDrills }, { readDrill }] = await Promise.all([
    import('../../drills/file/locate-drills.ts'),
    import('../../drills/file/drill-file.ts'),
  ])
  const names = drills.length === 0 ? ['all'] : drills
  const reading = system === undefined ? {} : await foreignReading(system)
  const read: Drill[] = []
  for (const file of locateDrills(names)) read.push(await readDrill(file, reading))
  return read
}

async function foreignReading(system: string) {
  const [{ readSystem }, { namesOf }] = await Promise.all([
    import('../../foreign/file/system-file.ts'),
    import('../../foreign/file/foreign-names.ts'),
  ])
  return namesOf(await readSystem(system))
}

function noDrills({ system, config }: RoutesRequest): string {
  return system === undefined || config !== undefined
    ? 'which fault fires which alert is in drills: name them with --system'
    : 'name drills to see who is notified of which fault'
}

function faultsOf(drills: readonly Drill[], routed: RoutedRules, ships: boolean): RoutedFault[] {
  const named = drills.flatMap(({ file, method, expectations }) => {
    const wanted = expectations.flatMap(({ alert }) => alert ?? [])
    return method.flatMap((step): RoutedFault[] => {
      if (step.kind !== 'fault') return []
      const target = step.target.replica ?? step.target.service
      return [{ fault: step.fault, target, drill: nameOf(file), alerts: wanted.map((one) => routed.find(one)) }]
    })
  })
  const without = ships ? Object.keys(faults).filter((name) => !named.some(({ fault }) => fault === name)) : []
  const rows = [...named, ...without.map((fault) => ({ fault, target: '', drill: '', alerts: [] }))]
  return rows.sort((a, b) => a.fault.localeCompare(b.fault) || a.target.localeCompare(b.target))
}

function nameOf(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/\.ya?ml$/, '')
}
