import { describe, expect, it } from 'vitest'
import type { ClusterPart } from './part-states.ts'
import { untilReady } from './until-ready.ts'

const part = (name: string, why?: string): ClusterPart => ({
  name,
  kind: 'deployment',
  wanted: 1,
  ready: why === undefined ? 1 : 0,
  restarts: 0,
  isReady: why === undefined,
  why: why === undefined ? [] : [why],
})

/** Shows one answer after the other, and the last one from then on. */
function waitOn(answers: readonly (ClusterPart[] | Error)[], withinMs = 60_000) {
  const seen: string[] = []
  let looks = 0
  const ended = untilReady({
    parts: async () => {
      const answer = answers[Math.min(looks, answers.length - 1)] ?? []
      looks += 1
      if (answer instanceof Error) throw answer
      return answer
    },
    withinMs,
    lookMs: 1,
    // Each look is ten seconds later.
    nowMs: () => looks * 10_000,
    onReady: ({ name }) => seen.push(`ready ${name}`),
    onWhy: ({ name }, why) => seen.push(`${name}: ${why}`),
  })
  return { ended, seen }
}

describe('untilReady', () => {
  it('reports each part once when it is ready, and ends when all are', async () => {
    const { ended, seen } = waitOn([[], [part('store', 'x'), part('redis')], [part('store'), part('redis')]])
    expect((await ended).map(({ name }) => name)).toEqual(['store', 'redis'])
    expect(seen).toEqual(['ready redis', 'ready store'])
  })

  it('reports a reason once, when it has lasted', async () => {
    const { ended, seen } = waitOn([...Array.from({ length: 5 }, () => [part('store', 'no image')]), [part('store')]])
    await ended
    expect(seen).toEqual(['store: no image', 'ready store'])
  })

  it('looks again when a question fails', async () => {
    const { ended } = waitOn([new Error('connection refused'), [part('store')]])
    expect(await ended).toHaveLength(1)
  })

  it('gives up at its bound, with each part that is not ready and why', async () => {
    const { ended } = waitOn([[part('store', 'no image'), part('redis')]], 20)
    await expect(ended).rejects.toMatchObject({
      code: 'FD_CLUSTER_NOT_READY',
      message: expect.stringContaining('1 of 2 parts are not ready'),
      details: { given: 'store (0 of 1 ready): no image' },
    })
  })
})
