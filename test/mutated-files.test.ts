import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../src/base/errors.ts'
import { parseDrill } from '../src/drills/drill-file.ts'
import { parseSystem } from '../src/foreign/system-file.ts'
import { lint } from '../src/lint/lint.ts'
import { readRuleFile } from '../src/lint/rule-file.ts'
import { shippedKnowledge } from '../src/lint/shipped-knowledge.ts'
import { readLoadResult } from '../src/load/read-result.ts'
import { compareRuns, comparisonNotes, comparisonRows } from '../src/reporters/load/compare.ts'
import { madeUpResult } from '../src/reporters/load/test-result.ts'
import { parsePolicy, readPolicy } from '../src/responder/policy/policy-file.ts'
import { readObjectives } from '../src/slo/objective-file.ts'
import { objectiveRules } from '../src/slo/rules.ts'
import { rulesYaml } from '../src/slo/rules-yaml.ts'
import { renderAll } from '../src/stack/preferred-context.ts'
import { profiles } from '../src/stack/profile.ts'
import { describeStack } from '../src/stack/topology.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const rules = [...renderAll(describeStack(profiles.lab))].find(([name]) => name.startsWith('rules/'))?.[1] ?? ''
const result = JSON.stringify(madeUpResult({ seconds: 2 }), null, 1)

/** Every file that people write or keep, and what is done with it first. */
const files: Record<string, [text: string, use: (text: string) => unknown]> = {
  drill: [text('drills/store-crash.yaml'), (one) => parseDrill(one, 'x.yaml')],
  policy: [text('responder.yaml'), (one) => parsePolicy(one, 'x.yaml', 1)],
  objectives: [
    text('slos/store.yaml'),
    (one) => rulesYaml(objectiveRules(readObjectives([{ file: 'x.yaml', text: one }]), { clock: profiles.lab })),
  ],
  system: [text('examples/express-shop/firedrill.yaml'), (one) => parseSystem(one, 'x.yaml')],
  rules: [
    rules.slice(0, 20_000),
    (one) => lint(readRuleFile(one, 500, 'x.yaml').rules, shippedKnowledge(profiles.lab)),
  ],
  'result of a load': [
    result,
    (one) => {
      const run = readLoadResult(one, 'result.json')
      return [comparisonNotes(run, run), comparisonRows(compareRuns(run, run))]
    },
  ],
}
const pieces = [
  '',
  ' ',
  '\n',
  ':',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '*a',
  '!!int ',
  '|\n',
  '>',
  '#',
  '%',
  'null',
  'true',
  '1e400',
  '-1',
  '.nan',
  '__proto__: 1\n',
  'constructor',
  '\u0024{x}',
  '999999999999h',
  '\u0000',
  '\u001b',
  '\u202e',
  '\ud800',
  '? ',
  '<<: *a',
  '{}',
  '[]',
  '((((',
  'x'.repeat(5_000),
]

describe('a file of which any part is another', () => {
  it.each(Object.entries(files))('is taken, or refused with what is wrong and where: %s', (_, [whole, use]) => {
    expect(() => use(whole)).not.toThrow()
    const edit = fc.tuple(fc.nat({ max: whole.length }), fc.nat({ max: 12 }), fc.constantFrom(...pieces))
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let changed = whole
        for (const [at, length, piece] of edits) changed = changed.slice(0, at) + piece + changed.slice(at + length)
        const begunMs = performance.now()
        try {
          use(changed)
        } catch (error) {
          if (!(error instanceof FiredrillError)) throw error
          expect(error.code).toMatch(/^FD_(DRILL_INVALID|RESPONDER_POLICY|SLO_INVALID|FOREIGN_INVALID|LOAD_RESULT)$/)
          error.format()
        }
        expect(performance.now() - begunMs).toBeLessThan(3_000)
      }),
      { numRuns: 150, seed: 18 },
    )
  })

  it('is refused by what it is, before it is read', async () => {
    await expect(readPolicy('/dev/zero', 1)).rejects.toMatchObject({ code: 'FD_FILE_UNREADABLE' })
  })
})
