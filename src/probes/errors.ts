import { errorTable } from '../base/errors.ts'

export const probeErrors = errorTable({
  FD_PROBE_UNREACHABLE: 'A part of the monitoring did not answer within its bound',
  FD_PROBE_ANSWER: 'A part of the monitoring answered with something else than its documented form',
})
