import { stackObjectives } from '../../slo/document/load-objectives.ts'
import { renderAll } from '../../stack/preferred-context.ts'
import type { Profile } from '../../stack/profile.ts'
import { readStackSettings, withoutSecrets } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'
import type { LintRule } from '../finding.ts'
import { readRules } from './rule-file.ts'

/**
 * The rules that a stack with this environment loads on this clock, those of its objectives included.
 * @throws FD_SLO_NOT_FOUND or FD_SLO_INVALID
 */
export async function stackRules(profile: Profile, env: NodeJS.ProcessEnv): Promise<LintRule[]> {
  const settings = withoutSecrets(readStackSettings(env, await stackObjectives(env)))
  const rendered = [...renderAll(describeStack(profile, settings))].filter(([name]) => name.startsWith('rules/'))
  return rendered.flatMap(([name, text]) => readRules(text, profile.timing.evaluationMs, name))
}
