import { type Logger, pino } from 'pino'
import { telemetryErrors } from './errors.ts'
import { logDestination } from './log-destination.ts'
import { LEVELS } from './log-level.ts'

/**
 * JSON lines on stdout, each with the service's name, the process id and an ISO time. The level comes from LOG_LEVEL,
 * default "info".
 * @throws FD_TELEMETRY_LOG_LEVEL
 */
export function createLogger(service: string, env: NodeJS.ProcessEnv = process.env): Logger {
  const level = env.LOG_LEVEL ?? 'info'
  if (!LEVELS.some((known) => known === level)) {
    throw telemetryErrors.error('FD_TELEMETRY_LOG_LEVEL', {
      where: 'LOG_LEVEL',
      message: 'unknown log level',
      expected: LEVELS.join(', '),
      given: JSON.stringify(level),
    })
  }
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    logDestination(1),
  )
}
