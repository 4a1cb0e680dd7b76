import { within } from '../../within.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** The responder may act where the drill expects an action: run after run, a drill uses up what the policy allows. */
export const responderLimits: GateCheck = {
  name: 'limits',
  async look({ system, drill, signal }) {
    const wanted = drill.expectations.flatMap(({ actsOn }) => actsOn ?? [])
    if (wanted.length === 0) return []
    const limits = await within(system.limits(), { what: "the responder's limits", boundMs: LOOK_TIMEOUT_MS, signal })
    return limits
      .filter(({ service, target }) => target === '*' || wanted.includes(target) || wanted.includes(service))
      .map(({ target, detail, untilMs }) => ({
        text: `the responder would leave ${target === '*' ? 'everything' : target} alone now: ${detail}`,
        lastsMs: Math.max(0, untilMs - Date.now()),
      }))
  },
}
