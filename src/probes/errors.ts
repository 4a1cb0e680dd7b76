import { errorTable } from '../base/errors.ts'

export const probeErrors = errorTable({
  FD_PROBE_UNREACHABLE: { meaning: 'A part of the monitoring did not answer within its bound', http: 502 },
  FD_PROBE_ANSWER: {
    meaning: 'A part of the monitoring answered with something else than its documented form',
    http: 502,
  },
})
