import { Type } from '#typebox'
import { formatAlert, otherAlerts } from '../evidence/other-alerts.ts'
import { closed, Name } from '../fields.ts'
import { defineExpectation } from './expectation.ts'

/** No alert pages that the drill does not expect, except those named. Every drill expects that, also when its file does not say so. */
export const noOtherAlert = defineExpectation({
  kind: 'noOtherAlert',
  schema: Type.Object(
    {
      noOtherAlert: Type.Union([
        Type.Literal(true),
        Type.Object({ except: Type.Array(Name('An alert that may page'), { minItems: 1 }) }, closed),
      ]),
    },
    closed,
  ),
  implied: { noOtherAlert: true },
  build({ noOtherAlert: given }) {
    const mayPage = given === true ? [] : given.except
    return {
      text: mayPage.length === 0 ? 'no other alert' : `no other alert but ${mayPage.join(', ')}`,
      mayPage,
      namedInVerdict: true,
      see(evidence) {
        const { unexpected, inhibited, unjudged, ignored } = otherAlerts(evidence)
        if (unexpected.length > 0) return { atMs: null, text: unexpected.map(formatAlert).join(', '), met: false }
        if (unjudged.length > 0) {
          const texts = unjudged.map((alert) => `${formatAlert(alert)}: ${alert.why}`)
          return { atMs: null, text: texts.join(', '), unjudged: true }
        }
        const quiet = inhibited.length + ignored.length === 0 ? 'no other alert fired' : 'no other alert paged'
        return { atMs: null, text: quiet, met: true }
      },
      samples: (evidence) =>
        otherAlerts(evidence).unexpected.map((other) => ({
          atMs: other.firedAtMs,
          source: formatAlert(other),
          value: 'firing',
          passes: false,
        })),
    }
  },
})
