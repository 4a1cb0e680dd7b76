import { defineSettings, number } from '../../base/schema/settings.ts'
import { logLevel } from '../../telemetry/log-level.ts'

/** What can be set on the responder while the stack is up. */
export const responderSettings = defineSettings({
  INCIDENT_LOG_MEBIBYTES: number(16, { min: 0.001, max: 4_096 }, 'size at which the incident log is rotated, in MiB'),
  RESPONDER_MAX_DELIVERIES: number(
    1_000,
    { min: 1, max: 100_000 },
    'deliveries a second, on average; ten times as many at once',
  ),
  LOG_LEVEL: logLevel,
})
