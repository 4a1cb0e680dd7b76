import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { FiredrillError } from '../../src/base/errors.ts'
import { readObjectives } from '../../src/slo/document/objective-file.ts'
import { changedFiles } from '../../src/slo/document/test-documents.ts'
import { objectiveId } from '../../src/slo/objective.ts'
import { objectiveRules } from '../../src/slo/rules/rules.ts'
import { rulesYaml } from '../../src/slo/rules/rules-yaml.ts'
import { profiles } from '../../src/stack/profile.ts'
import { programOf, runOn } from './tools.ts'

vi.setConfig({ testTimeout: 120_000 })
const numRuns = Number(process.env.FIREDRILL_FUZZ_RUNS ?? 300)

/** The objectives of each file that is taken. */
const all = fc.sample(changedFiles, { numRuns, seed: 20 }).flatMap((text) => {
  try {
    return [{ text, objectives: readObjectives([{ file: 'x.yaml', text }]) }]
  } catch (error) {
    if (error instanceof FiredrillError) return []
    throw error
  }
})

describe('a file of objectives that is taken', () => {
  it.each(Object.values(profiles))(
    'gives rules that Prometheus loads, on the clock of profile $name',
    async (clock) => {
      const { path } = await programOf('prometheus', 'promtool')
      expect(all.length).toBeGreaterThan(numRuns / 10)
      const rules = all.flatMap(({ objectives }, index) =>
        // Each file is on its own: the same names in two of them are no mistake.
        objectiveRules(objectives, { clock, absence: { annotations: {} } }).map((group) => ({
          ...group,
          name: `${index}-${group.name}`,
        })),
      )
      const files = { 'rules.yml': rulesYaml(rules) }
      const { exitCode, output } = await runOn(path, files, () => ['check', 'rules', '--lint=none', 'rules.yml'])
      const names = all.flatMap(({ objectives }, index) => objectives.map((one) => `${index}-${objectiveId(one)}`))
      const wrong = all.filter((_, index) =>
        names.some((name) => name.startsWith(`${index}-`) && output.includes(name)),
      )
      expect(exitCode, `${output.slice(0, 3_000)}\n${wrong.map(({ text }) => text).join('---\n')}`).toBe(0)
    },
  )
})
