import { errorTable, FiredrillError } from '../base/errors.ts'

export const probeErrors = errorTable({
  FD_PROBE_UNREACHABLE: {
    meaning: 'A part of the monitoring did not answer within its bound',
    http: 502,
    exit: 'unavailable',
  },
  FD_PROBE_BEHIND: {
    meaning: 'The store that samples are read from lacks recent ones that Prometheus has sent to it',
    http: 502,
    exit: 'unavailable',
  },
  FD_PROBE_ANSWER: {
    meaning: 'A part of the monitoring answered with something else than its documented form',
    http: 502,
    exit: 'unavailable',
  },
})

/** Makes `undefined` of the answer of a server that does not serve what was asked for. Other errors are thrown. */
export function notServed(error: unknown): undefined {
  if (error instanceof FiredrillError && error.code === 'FD_PROBE_ANSWER' && !OF_THE_MOMENT.test(error.message)) return
  throw error
}

/** A wrong token, too many questions, trouble in the server: another time it would answer. */
const OF_THE_MOMENT = /^answered (401|403|408|429|5(?!01)\d\d)$/
