import { beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { checkPromql } from '../../src/promql/check.ts'
import { aggregations, functions } from '../../src/promql/functions.ts'
import { PROMQL_VERSION } from '../../src/promql/version.ts'
import { refused, taken } from './promql-expressions.ts'
import { programOf, runOn } from './tools.ts'

let promtool: string
beforeAll(async () => {
  const found = await programOf('prometheus', 'promtool')
  expect(found.version, 'src/promql describes another Prometheus than the one that ships').toMatch(PROMQL_VERSION)
  promtool = found.path
}, 300_000)

/** Which of the expressions promtool refuses, each as the expression of a rule of its own. */
async function refusedByPromtool(expressions: readonly string[]): Promise<Set<string>> {
  const rules = expressions.map((expr, index) => ({ record: `r${index}`, expr }))
  const file = JSON.stringify({ groups: [{ name: 'g', rules }] })
  const { output } = await runOn(promtool, { 'rules.yml': file }, () => ['check', 'rules', 'rules.yml'])
  const named = [...(output ?? '').matchAll(/rule \d+, "r(\d+)"/g)].map(([, index]) => Number(index))
  return new Set(named.flatMap((index) => expressions[index] ?? []))
}

const refusedHere = (expressions: readonly string[]) =>
  new Set(expressions.filter((one) => checkPromql(one).problems.length > 0))

/** Where the two do not agree. */
async function differences(expressions: readonly string[]): Promise<string[]> {
  const [theirs, ours] = [await refusedByPromtool(expressions), refusedHere(expressions)]
  const said = (one: string) => (theirs.has(one) ? 'only Prometheus refuses' : 'only Firedrill refuses')
  return expressions.filter((one) => theirs.has(one) !== ours.has(one)).map((one) => `${said(one)}: ${one}`)
}

describe('what an expression is', () => {
  it('is for Firedrill what it is for the Prometheus that ships', async () => {
    expect([...(await refusedByPromtool(taken))]).toEqual([])
    const theirs = await refusedByPromtool(refused)
    expect(refused.filter((one) => !theirs.has(one))).toEqual([])
    expect(await differences([...taken, ...refused])).toEqual([])
  })

  it('every function and aggregation takes this number of arguments of these types, and gives this', async () => {
    const values = ['1', 'up', 'up[5m]', '"a"']
    const calls = [...Object.keys(functions), ...Object.keys(aggregations)].flatMap((name) => [
      ...[0, 1, 2, 3, 4, 5].flatMap((count) => [
        ...values.map((value) => `${name}(${Array(count).fill(value).join(', ')})`),
        ...values.flatMap((a) => values.map((b) => `${name}(${[a, ...Array(count).fill(b)].join(', ')})`)),
      ]),
      ...values.flatMap((a) => values.map((b) => `${name}(${a}, 1, ${b})`)),
      ...values.flatMap((a) => values.map((b) => `${name}(${a}, ${b}, up)`)),
    ])
    const wrong = refusedHere(calls)
    const given = calls.filter((call) => !wrong.has(call)).map((call) => `${call} and up`)
    expect(await differences([...new Set([...calls, ...given])])).toEqual([])
    expect(given.length).toBeGreaterThan(80)
  })
})

describe('expressions that were mistyped', () => {
  const pieces = [
    ...['(', ')', '[', ']', '{', '}', ',', ':', '"', "'", '`', '\\', '#', ' ', '-', '+', '=', '=~', '!', '<', '>'],
    ...['@', 'offset', 'bool', 'on', 'by', '5m', '1', '.5', '0x', 'e', '_', 'sum', 'rate(', '[5m]', '[5m:]', ' and '],
    ...[' or ', ' unless ', ' ignoring (a) ', ' group_left ', '{a="b"}', ' == bool ', 'up', 'inf', 'start()'],
  ]

  it('are refused by both or by neither', async () => {
    const seed = 19
    const random = seededRandom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const mistyped = Array.from({ length: 3_000 }, () => {
      let text = pick([...taken, ...refused])
      for (let changes = 0; changes <= random() * 2; changes += 1) {
        const at = Math.floor(random() * (text.length + 1))
        text = text.slice(0, at) + (random() < 0.6 ? pick(pieces) : '') + text.slice(at + Math.floor(random() * 4))
      }
      return text
    })
    expect(await differences([...new Set(mistyped)]), `seed ${seed}`).toEqual([])
  })
})
