import { join } from 'node:path'
import type { LintFinding, LintRule } from '../lint/finding.ts'
import { ANY_SERIES } from '../lint/knowledge/any-series.ts'
import type { Knowledge } from '../lint/knowledge/knowledge.ts'
import { shippedKnowledge } from '../lint/knowledge/shipped-knowledge.ts'
import { lint } from '../lint/lint.ts'
import { readRuleFiles } from '../lint/rules/rule-files.ts'
import { stackRules } from '../lint/rules/stack-rules.ts'
import { readKnowledge } from '../probes/live-knowledge.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { Profile } from '../stack/profile.ts'
import { findPrometheus } from './live-prometheus.ts'

/** Checks rules against the series that exist. Findings stand in the order of the files and of their lines. */
export async function lintRules(
  request: LintRequest,
  context: { folder: StateFolder; signal: AbortSignal },
): Promise<LintResult> {
  const { files, profile } = request
  const given = files.length > 0 ? await readRuleFiles(files, profile.timing.evaluationMs) : undefined
  const { rules: own, knowledge } = request.live ? await liveBasis(request, context) : await shippedBasis(request)
  const { rules, findings: read, passedOver } = given ?? { rules: own, findings: [], passedOver: [] }
  const findings = [...read, ...lint(rules, knowledge)].sort(byPlace(files))
  return { rules: rules.length, findings, passedOver }
}

/** Bound of one request to Prometheus, in milliseconds: all series of a large one take their time. */
const PROMETHEUS_TIMEOUT_MS = 15_000

export interface LintRequest {
  /** Rule files and folders of them; without any, the rules of the stack, or those that its Prometheus has loaded. */
  files: readonly string[]
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
}

interface Basis {
  rules: LintRule[]
  knowledge: Knowledge
}

async function liveBasis(
  { system }: LintRequest,
  { folder, signal }: { folder: StateFolder; signal: AbortSignal },
): Promise<Basis> {
  const prometheus = await findPrometheus(system, folder)
  const bounds = { timeoutMs: PROMETHEUS_TIMEOUT_MS, signal }
  const [rules, knowledge] = await Promise.all([
    prometheus.rules(bounds),
    readKnowledge(prometheus, { ...bounds, nowMs: Date.now() }),
  ])
  return { rules, knowledge }
}

async function shippedBasis({ files, anySeries, profile }: LintRequest): Promise<Basis> {
  return {
    rules: files.length > 0 ? [] : await stackRules(profile, process.env),
    knowledge: anySeries ? ANY_SERIES : shippedKnowledge(profile),
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
