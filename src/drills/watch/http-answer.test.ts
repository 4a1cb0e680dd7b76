import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { parseDrill } from '../file/drill-file.ts'
import { type HttpProbe, judgeAnswer } from './http-answer.ts'

function probe(more: string): HttpProbe {
  const text = `
title: T
why: W
steadyState: [{ http: store, path: /ready${more} }]
load: none
method: []
watch: 1s
expectations: [{ noOtherAlert: true }]
`
  const [first] = parseDrill(text, 'x.yaml').steadyState
  if (first?.kind !== 'http') throw new Error('it is one')
  return first
}
const answer = (status: number, tookMs: number, body?: string) => ({
  startedAtMs: 1_000,
  endedAtMs: 1_000 + tookMs,
  status,
  ...defined({ body }),
})

describe('judgeAnswer', () => {
  it.each([
    ['', answer(200, 5), 'good', 'answered 200'],
    ['', answer(204, 5), 'bad', 'answered 204'],
    [', status: [200, 204]', answer(204, 5), 'good', 'answered 204'],
    [', status: "200..299"', answer(299, 5), 'good', 'answered 299'],
    [', status: "200..299"', answer(300, 5), 'bad', 'answered 300'],
    [', latencyBelow: 100ms', answer(200, 99), 'good', 'answered 200'],
    [', latencyBelow: 100ms', answer(200, 100), 'bad', 'answered 200 after 100 ms'],
    [', body: { matches: "^ok" }', answer(200, 5, 'okay'), 'good', 'answered 200'],
    [', body: { matches: "^ok" }', answer(200, 5, 'no'), 'bad', 'answered 200, but "no" does not match ^ok'],
    [', body: { jsonPath: "$.a[*]", is: "> 1" }', answer(200, 5, '{"a":[2,3]}'), 'good', 'answered 200'],
    [
      ', body: { jsonPath: "$.a[*]", is: "> 1" }',
      answer(200, 5, '{"a":[2,1]}'),
      'bad',
      'answered 200, but 1 is not > 1',
    ],
    [', body: { jsonPath: $.a, is: true }', answer(200, 5, '{}'), 'bad', 'answered 200, but the path leads to nothing'],
    [', body: { jsonPath: $.a, is: true }', answer(200, 5, '<p>'), 'bad', 'answered 200, but "<p>" is no JSON'],
  ] as const)('with "%s" of %j says %s: %s', (more, seen, state, detail) => {
    expect(judgeAnswer(probe(more), seen)).toEqual({ state, detail })
  })

  it('says why there was no answer', () => {
    expect(judgeAnswer(probe(''), { startedAtMs: 0, endedAtMs: 1, error: 'refused' })).toEqual({
      state: 'bad',
      detail: 'refused',
    })
  })
})
