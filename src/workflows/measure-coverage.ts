import { choose } from '../base/choose.ts'
import { type AlertingRule, type Coverage, coverageOf } from '../coverage/coverage.ts'
import { evidenceOf } from '../coverage/evidence-of.ts'
import { readJournals } from '../drills/journal/journal-store.ts'
import { stackRules } from '../lint/rules/stack-rules.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { LIVE_PROFILE, profiles } from '../stack/profile.ts'
import { findMonitoring } from './rules/live-prometheus.ts'

/** Which alert fired for which fault, over journals and the alert rules there are. */
export async function measureCoverage(
  { paths, last, profile: given, system }: CoverageRequest,
  context: { folder: StateFolder; signal: AbortSignal },
): Promise<Coverage> {
  const journals = await readJournals(context.folder, { paths, last }, ({ journal }) => evidenceOf(journal))
  const profile = given ?? (system === undefined ? (journals.at(-1)?.profile ?? null) : LIVE_PROFILE)
  return coverageOf(journals, await readAlertRules(profile, system, context), profile)
}

/** Bound of the request to Prometheus, in milliseconds. */
const PROMETHEUS_TIMEOUT_MS = 15_000

export interface CoverageRequest {
  /** Journal files; without any, those of the state folder. */
  paths: readonly string[]
  /** Only this number of the latest journals of the state folder. */
  last?: number | undefined
  /** Only runs of this profile; by default that of the latest run, or the live clocks of a foreign system. */
  profile?: string | undefined
  /** The description of a foreign system. */
  system?: string | undefined
}

/** The alert rules of the Prometheus that is up; else those that would be rendered for the profile. */
async function readAlertRules(
  profile: string | null,
  system: string | undefined,
  { folder, signal }: { folder: StateFolder; signal: AbortSignal },
): Promise<AlertingRule[]> {
  const { findStack } = await import('../api/stack-files/control-file.ts')
  const isLive = system !== undefined || (await findStack(folder)) !== undefined
  const rules = isLive
    ? await (await findMonitoring(system, folder)).prometheus.rules({ timeoutMs: PROMETHEUS_TIMEOUT_MS, signal })
    : await stackRules(choose(profiles, profile ?? 'lab', 'profile'), process.env)
  return rules.filter(({ alerts }) => alerts)
}
