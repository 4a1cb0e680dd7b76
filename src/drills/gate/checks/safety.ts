import { lookAtAborts } from '../../safety/look-at-aborts.ts'
import { whyNotYet } from '../../safety/why-not-yet.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** Nothing that would end the run is true already, each of it can be seen, and all that must be true before anything is done is. */
export const safety: GateCheck = {
  name: 'safety',
  async look({ description, prometheus, underLoad = false, signal }) {
    const { abortWhen = [], onlyIf = [] } = description?.safety ?? {}
    const options = { timeoutMs: LOOK_TIMEOUT_MS, signal }
    const [aborts, starts] = await Promise.all([
      lookAtAborts(abortWhen, prometheus, options),
      Promise.all((underLoad ? [] : onlyIf).map((condition) => whyNotYet(condition, prometheus, options))),
    ])
    const failed = aborts.find(({ error }) => error !== undefined)
    if (failed !== undefined) throw failed.error
    return [
      ...aborts.flatMap(({ text, met, seen, blind }) => {
        if (met) return [`abortWhen is true already: ${text}: ${seen}`]
        return blind === undefined ? [] : [`abortWhen: ${text}: ${blind}`]
      }),
      ...starts.flat().map((text) => `onlyIf: ${text}`),
    ].map((text) => ({ text }))
  },
}
