import { join } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import type { LintFinding, LintRule } from '../../lint/finding.ts'
import { ANY_SERIES } from '../../lint/knowledge/any-series.ts'
import type { Knowledge } from '../../lint/knowledge/knowledge.ts'
import { shippedKnowledge } from '../../lint/knowledge/shipped-knowledge.ts'
import { lint } from '../../lint/lint.ts'
import { type GivenRouting, routeFindings } from '../../lint/routes/route-findings.ts'
import { readRuleFiles } from '../../lint/rules/rule-files.ts'
import { stackRules } from '../../lint/rules/stack-rules.ts'
import type { Shape } from '../../lint/shape/shape.ts'
import { readKnowledge } from '../../probes/live-knowledge.ts'
import { readRouting } from '../../routing/config/read-routing.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Profile } from '../../stack/profile.ts'
import { findMonitoring } from './live-prometheus.ts'
import { type LiveRouting, liveRouting } from './live-routing.ts'
import { shippedRouting } from './shipped-routing.ts'

/**
 * Checks rules against the series that exist, and against the routes that their alerts take. Findings stand in the order of the files and
 * of their lines.
 */
export async function lintRules(
  request: LintRequest,
  context: { folder: StateFolder; signal: AbortSignal },
): Promise<LintResult> {
  const { files, profile, config } = request
  const given = files.length > 0 ? await readRuleFiles(files, profile.timing.evaluationMs) : undefined
  const basis = request.live ? await liveBasis(request, context) : await shippedBasis(request)
  const { rules: own, knowledge } = basis
  const { rules, findings: read, passedOver } = given ?? { rules: own, findings: [], passedOver: [] }
  const shapes = new Map<LintRule, Shape>()
  const linted = lint(rules, knowledge, shapes)
  const routes = config === undefined ? { routing: basis.routing, findings: [] } : await readGiven(config, request)
  const routed = routes.routing === undefined ? [] : routeFindings(rules, shapes, routes.routing)
  const { notes = [] } = basis
  const findings = [...read, ...linted, ...routes.findings, ...routed].sort(byPlace(files))
  return { rules: rules.length, findings, passedOver, notes: config === undefined ? notes : [] }
}

/** Bound of one request to Prometheus, in milliseconds: all series of a large one take their time. */
const PROMETHEUS_TIMEOUT_MS = 15_000

export interface LintRequest {
  /** Rule files and folders of them; without any, the rules of the stack, or those that its Prometheus has loaded. */
  files: readonly string[]
  /** Alertmanager's configuration, whose routes are checked with the rules. Default: without files, that of the stack or system. */
  config?: string | undefined
  /** Labels that Prometheus adds to each alert, for a configuration that is given. */
  external?: Readonly<Record<string, string>> | undefined
  /** Asks Prometheus which series there are: that of `system`, else that of the stack. */
  live: boolean
  /** The description of a foreign system. */
  system?: string | undefined
  /** The rules are for a system that cannot be asked: any series may exist there. */
  anySeries: boolean
  /** The clock that is assumed without a live Prometheus. */
  profile: Profile
}

export interface LintResult {
  /** Rules that were read. */
  rules: number
  findings: LintFinding[]
  /** Files of folders that hold no rules. */
  passedOver: string[]
  /** What was not checked, in sentences. */
  notes: string[]
}

interface Basis {
  rules: LintRule[]
  knowledge: Knowledge
  /** Where alerts of these rules are sent; missing where that is not known. */
  routing?: GivenRouting | undefined
  notes?: string[]
}

async function liveBasis(
  { system, files }: LintRequest,
  { folder, signal }: { folder: StateFolder; signal: AbortSignal },
): Promise<Basis> {
  const monitoring = await findMonitoring(system, folder)
  const bounds = { timeoutMs: PROMETHEUS_TIMEOUT_MS, signal }
  const [rules, knowledge, live] = await Promise.all([
    monitoring.prometheus.rules(bounds),
    readKnowledge(monitoring.prometheus, { ...bounds, nowMs: Date.now() }),
    files.length > 0 ? undefined : liveRouting(monitoring, bounds).catch(notChecked),
  ])
  if (live === undefined) return { rules, knowledge }
  const { routing, external, relabels, notes } = live
  // Of labels that may change on the way nothing is certain.
  if (routing === undefined || relabels)
    return { rules, knowledge, notes: notes.map((note) => `routes were not checked: ${note}`) }
  return { rules, knowledge, routing: { routing, external }, notes }
}

/** An Alertmanager that does not answer keeps no rule from being checked. */
function notChecked(error: unknown): LiveRouting {
  return { routing: undefined, external: {}, relabels: false, notes: [messageOf(error)] }
}

async function shippedBasis({ files, anySeries, profile, config }: LintRequest): Promise<Basis> {
  const knowledge = anySeries ? ANY_SERIES : shippedKnowledge(profile)
  if (files.length > 0) return { rules: [], knowledge }
  const rules = await stackRules(profile, process.env)
  return config === undefined
    ? { rules, knowledge, routing: { routing: await shippedRouting(profile, process.env) } }
    : { rules, knowledge }
}

/** A configuration that was named; what Alertmanager refuses in it are findings. @throws FD_ROUTING_NOT_FOUND, FD_FILE_UNREADABLE */
async function readGiven(
  file: string,
  { external }: LintRequest,
): Promise<{ routing?: GivenRouting; findings: LintFinding[] }> {
  try {
    return { routing: { routing: await readRouting(file), file, external }, findings: [] }
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error
    const findings = error.problems.map(({ path, message, ...problem }) => ({
      kind: 'refused' as const,
      ...{ rule: '', group: '', from: 0, to: 0, text: '', file },
      ...problem,
      message: path === '' ? message : `${path}: ${message}`,
    }))
    return { findings }
  }
}

/** Findings of one file stand together, in the order of its lines. */
function byPlace(files: readonly string[]) {
  const rankOf = ({ file = '' }: LintFinding) =>
    files.findIndex((path) => file === path || file.startsWith(join(path, '/')))
  return (a: LintFinding, b: LintFinding): number =>
    rankOf(a) - rankOf(b) ||
    (a.file ?? '').localeCompare(b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
}
