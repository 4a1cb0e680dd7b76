import { parseDuration } from '../base/duration.ts'
import { responderErrors } from './errors.ts'

export interface ResponderConfig {
  host: string
  port: number
  controlUrl: string
  controlToken: string
  webhookToken: string
  incidentLog: string
  run: string
  cooldownMs: number
  settleMs: number
}

/** Reads the responder's settings; reports all that is missing or wrong at once. @throws FD_RESPONDER_CONFIG */
export function readResponderConfig(env: NodeJS.ProcessEnv): ResponderConfig {
  const problems: string[] = []
  const text = (name: string, fallback?: string): string => {
    const value = env[name] ?? fallback
    if (value === undefined || value === '') problems.push(`${name} is not set`)
    return value ?? ''
  }
  const duration = (name: string, fallback: string): number => {
    const value = env[name] ?? fallback
    const ms = parseDuration(value)
    if (ms === undefined) problems.push(`${name} must be a duration like "30s", not "${value}"`)
    return ms ?? 0
  }
  const port = Number(env.PORT ?? '5001')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`PORT must be 0 to 65535, not "${env.PORT}"`)
  const config: ResponderConfig = {
    host: text('HOST', '127.0.0.1'),
    port,
    controlUrl: text('CONTROL_URL'),
    controlToken: text('CONTROL_TOKEN'),
    webhookToken: text('WEBHOOK_TOKEN'),
    incidentLog: text('INCIDENT_LOG', 'incident_log.jsonl'),
    run: text('STACK_RUN', 'by-hand'),
    cooldownMs: duration('RESPONDER_COOLDOWN', '30s'),
    settleMs: duration('RESPONDER_SETTLE', '30s'),
  }
  if (problems.length === 0) return config
  throw responderErrors.error('FD_RESPONDER_CONFIG', {
    message: problems.join('; '),
    where: 'environment of the responder',
    next: 'start it with the stack: firedrill up',
  })
}
