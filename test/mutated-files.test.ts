import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../src/base/errors.ts'
import { HttpError } from '../src/base/http/http-server.ts'
import { parseDrill } from '../src/drills/file/drill-file.ts'
import { readJournal } from '../src/drills/journal/read-journal.ts'
import { heldJournal } from '../src/drills/journal/test-journal.ts'
import { parseSystem } from '../src/foreign/file/system-file.ts'
import { shippedKnowledge } from '../src/lint/knowledge/shipped-knowledge.ts'
import { lint } from '../src/lint/lint.ts'
import { readRuleFile } from '../src/lint/rules/rule-file.ts'
import { readLoadResult } from '../src/load/result/read-result.ts'
import { compareRuns, comparisonNotes, comparisonRows } from '../src/reporters/load/compare.ts'
import { madeUpResult } from '../src/reporters/load/test-result.ts'
import { reporters } from '../src/reporters/reporters.ts'
import { parsePolicy, readPolicy } from '../src/responder/policy/policy-file.ts'
import { readDeliveryText } from '../src/responder/webhook/webhook.ts'
import { parseRouting } from '../src/routing/config/read-routing.ts'
import { atLeast } from '../src/routing/possible-labels.ts'
import { routesOf } from '../src/routing/routes-of.ts'
import { unreachableRoutes } from '../src/routing/unreachable.ts'
import { readObjectives } from '../src/slo/document/objective-file.ts'
import { objectiveRules } from '../src/slo/rules/rules.ts'
import { rulesYaml } from '../src/slo/rules/rules-yaml.ts'
import { renderAll } from '../src/stack/preferred-context.ts'
import { profiles } from '../src/stack/profile.ts'
import { describeStack } from '../src/stack/topology.ts'

/** More by hand: FIREDRILL_FUZZ_RUNS=20000 FIREDRILL_FUZZ_SEED=7 in the environment takes minutes, and makes other inputs. */
const RUNS = Number(process.env.FIREDRILL_FUZZ_RUNS ?? 150)
const SEED = Number(process.env.FIREDRILL_FUZZ_SEED ?? 18)

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
  "configuration of Alertmanager's": [
    text('test/golden/lab/alertmanager.yml'),
    (one) => {
      const routing = parseRouting(one, 'x.yml')
      return [unreachableRoutes(routing.root), routesOf(routing.root, atLeast({}))]
    },
  ],
  'result of a load': [
    result,
    (one) => {
      const run = readLoadResult(one, 'result.json')
      return [comparisonNotes(run, run), comparisonRows(compareRuns(run, run))]
    },
  ],
}
files.journal = [
  JSON.stringify(heldJournal(), null, 1),
  (one) => {
    const journal = readJournal(one, 'x.json')
    for (const reporter of Object.values(reporters)) reporter.render([journal])
  },
]
files['delivery of Alertmanager'] = [
  JSON.stringify({
    version: '4',
    groupKey: '{}:{alertname="ServiceDown"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'responder',
    alerts: [1, 2].map((n) => ({
      status: n === 1 ? 'firing' : 'resolved',
      labels: { alertname: 'ServiceDown', instance: `store-${n}`, service: 'store' },
      annotations: { summary: 'a "quoted" text' },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://127.0.0.1/',
      fingerprint: '0123456789abcdef',
    })),
  }),
  (one) => readDeliveryText(one, 0),
]
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
          const problem = error instanceof HttpError ? error.problem : error
          if (!(problem instanceof FiredrillError)) throw error
          expect(problem.code).toMatch(
            /^FD_(DRILL_INVALID|RESPONDER_POLICY|SLO_INVALID|FOREIGN_INVALID|ROUTING_INVALID|LOAD_RESULT|JOURNAL_INVALID|HTTP_INVALID)$/,
          )
          problem.format()
        }
        expect(performance.now() - begunMs).toBeLessThan(3_000)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })

  it('is refused by what it is, before it is read', async () => {
    await expect(readPolicy('/dev/zero', 1)).rejects.toMatchObject({ code: 'FD_FILE_UNREADABLE' })
  })
})
