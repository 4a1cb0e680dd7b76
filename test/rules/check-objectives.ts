import { expect } from 'vitest'
import { stringify } from 'yaml'
import { promDuration } from '../../src/base/units/duration.ts'
import type { Objective } from '../../src/slo/objective.ts'
import type { RuleGroup } from '../../src/slo/rules/rule-group.ts'
import { objectiveRules } from '../../src/slo/rules/rules.ts'
import { rulesYaml } from '../../src/slo/rules/rules-yaml.ts'
import type { Profile } from '../../src/stack/profile.ts'
import { programOf, runOn } from './tools.ts'

/** Production time between two samples, and between two evaluations. */
export const SAMPLE_MS = 15_000
const STEP_MS = 30_000

export interface RuleTest {
  /** Each series with its value at every sample. */
  series: Record<string, string>
  /** Production time between two samples, where it is not 15 s. */
  sampleMs?: number
  /** What an expression gives at a moment of production time: labels and value of each sample. */
  expect: { expr: string; atMs: number; samples: readonly (readonly [string, number])[] }[]
}

/** Has Prometheus' own promtool evaluate all rules of objectives over series, and expects what it finds. */
export function checkObjectives(
  profile: Profile,
  objectives: readonly Objective[],
  tests: readonly RuleTest[],
): Promise<void> {
  return checkGroups(profile, objectiveRules(objectives, { clock: profile, absence: { annotations: {} } }), tests)
}

/** The same with some of the rules. */
export async function checkGroups(
  profile: Profile,
  groups: readonly RuleGroup[],
  tests: readonly RuleTest[],
): Promise<void> {
  const promtool = (await programOf('prometheus', 'promtool')).path
  const onClock = (productionMs: number) => promDuration(profile.scale(productionMs))
  const file = {
    rule_files: ['rules.yml'],
    evaluation_interval: onClock(STEP_MS),
    tests: tests.map(({ series, sampleMs = SAMPLE_MS, expect: expected }) => ({
      interval: onClock(sampleMs),
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: expected.map(({ expr, atMs, samples }) => ({
        expr,
        eval_time: onClock(atMs),
        exp_samples: samples.map(([labels, value]) => ({ labels, value })),
      })),
    })),
  }
  const files = { 'rules.yml': rulesYaml(groups), 'test.yml': stringify(file) }
  const { exitCode, output } = await runOn(promtool, files, () => ['test', 'rules', 'test.yml'])
  expect(exitCode, output).toBe(0)
}
