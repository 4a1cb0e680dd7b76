import { errorTable } from '../base/errors.ts'

export const telemetryErrors = errorTable({
  FD_TELEMETRY_LOG_LEVEL: 'LOG_LEVEL is not a level that the logger knows',
})
