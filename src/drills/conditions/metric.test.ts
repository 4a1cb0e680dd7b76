import { describe, expect, it } from 'vitest'
import type { ConditionSources } from './condition.ts'
import { metric } from './metric.ts'

const condition = metric.build({ metric: 'up', is: '== 0', within: '2s' })

/** A look at a Prometheus that answers with these values, or fails. */
function look(answer: number[] | Error, signal = new AbortController().signal) {
  const query = async () => {
    if (answer instanceof Error) throw answer
    return answer.map((value) => ({ labels: {}, atMs: 1, value }))
  }
  const prometheus = { query } as unknown as ConditionSources['prometheus']
  return condition.look({ prometheus, evidence: () => undefined }, signal)
}

describe('metric', () => {
  it.each([
    ['one value passes', [1, 0], { met: true, seen: 'up is 0' }],
    ['no value passes', [1, 2], { met: false, seen: 'up is 1, 2, not == 0' }],
    ['there is no value', [], { met: false, seen: 'up is no value, not == 0' }],
    ['Prometheus does not answer', new Error('refused'), { met: false, seen: 'refused' }],
  ])('looks at the latest values: %s', async (_, answer, seen) => {
    expect(await look(answer)).toEqual(seen)
  })

  it('ends with the signal', async () => {
    await expect(look(new Error('cut'), AbortSignal.abort(new Error('the run is over')))).rejects.toThrow(
      'the run is over',
    )
  })
})
