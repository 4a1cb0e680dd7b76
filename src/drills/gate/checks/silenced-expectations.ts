import { whySilenced } from '../../evidence/alerts/silenced.ts'
import { alertText } from '../../evidence/expected.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** No silence covers an alert that the drill expects: nobody would be notified of it, and the run would prove nothing. */
export const silencedExpectations: GateCheck = {
  name: 'silences',
  async look({ alertmanager, drill, alertRules, signal }) {
    const wanted = drill.expectations.flatMap(({ alert }) => alert ?? [])
    if (wanted.length === 0) return []
    const silences = await alertmanager.silences({ timeoutMs: LOOK_TIMEOUT_MS, signal })
    return wanted.flatMap((alert) => {
      const why = whySilenced(alert, { silences, alertRules })
      return why === undefined ? [] : [{ text: `the alert ${alertText(alert)}, which the drill expects, is ${why}` }]
    })
  },
}
