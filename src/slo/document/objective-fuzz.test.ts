import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { productionClock } from '../rules/rule-group.ts'
import { objectiveRules } from '../rules/rules.ts'
import { rulesYaml } from '../rules/rules-yaml.ts'
import { readObjectives } from './objective-file.ts'
import { changedFiles } from './test-documents.ts'

const numRuns = Number(process.env.FIREDRILL_FUZZ_RUNS ?? 300)

describe('a file of objectives of which some parts are others', () => {
  it('gives rules, or each problem with its place', () => {
    let taken = 0
    fc.assert(
      fc.property(changedFiles, (text) => {
        try {
          const objectives = readObjectives([{ file: 'x.yaml', text }])
          rulesYaml(objectiveRules(objectives, { clock: productionClock }))
          taken += objectives.length > 0 ? 1 : 0
        } catch (error) {
          if (!(error instanceof InvalidFileError)) throw error
          const lines = text.split('\n').length
          for (const { line, column, message } of error.problems) {
            expect(line).toBeGreaterThan(0)
            expect(line).toBeLessThanOrEqual(lines)
            expect(column).toBeGreaterThan(0)
            expect(message).not.toBe('')
          }
          error.format()
        }
      }),
      { numRuns, seed: 19 },
    )
    expect(taken).toBeGreaterThan(numRuns / 10)
  }, 120_000)
})
