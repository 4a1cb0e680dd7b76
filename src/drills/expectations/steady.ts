import { Type } from '#typebox'
import { goodAgain } from '../evidence/evidence.ts'
import { closed, Duration } from '../fields.ts'
import { defineExpectation } from './expectation.ts'

/** The steady state is back to stay. */
export const steady = defineExpectation({
  kind: 'steady',
  schema: Type.Object({ steady: Type.Literal(true), within: Duration('Bound of the return to steady state') }, closed),
  build: () => ({
    text: 'steady again',
    see(evidence) {
      const again = goodAgain(evidence)
      if (again.kind === 'again') return { atMs: again.atMs, text: 'every steady-state probe stayed good' }
      if (again.kind === 'never left') return { atMs: null, text: 'the steady state was never left', met: true }
      return { atMs: null, text: again.why }
    },
    samples(evidence) {
      const { firstBad } = evidence.observations.steady
      const again = goodAgain(evidence)
      const bad = (detail: string, atMs: number | null = null, source = 'a probe') => ({
        atMs,
        source,
        value: detail,
        passes: false,
      })
      return [
        ...(firstBad === undefined ? [] : [bad(firstBad.detail, firstBad.atMs, firstBad.detail.split(': ')[0])]),
        ...(again.kind === 'again'
          ? [{ atMs: again.atMs, source: 'every probe', value: 'good', passes: true }]
          : evidence.observations.steady.notGood().map((detail) => bad(detail))),
      ]
    },
  }),
})
