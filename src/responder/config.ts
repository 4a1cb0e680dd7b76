import { parseDuration } from '../base/units/duration.ts'
import { responderSettings } from '../stack/parts/responder-settings.ts'
import type { ChannelSettings } from './channels/channels.ts'
import { responderErrors } from './errors.ts'

export interface ResponderConfig {
  host: string
  port: number
  /** Who restarts and scales for it. */
  repairs: Repairs
  webhookToken: string
  /** Control's, to put a service under maintenance. The token by which the responder repairs does not allow that. */
  maintenanceToken: string
  /** Verification asks it; without one, what needs samples is left to a person. */
  prometheusUrl?: string
  /** What that Prometheus asks for, from the user `firedrill`; absent where it asks for nothing. */
  prometheusPassword?: string
  incidentLog: string
  maxLogBytes: number
  /** Names this life of the stack. */
  run: string
  policyFile: string
  /** Durations of the policy are divided by this. */
  clockFactor: number
  /** How often the Watchdog should arrive, in milliseconds; 0: it is not expected. */
  watchdogEveryMs: number
  /** Deliveries a second, on average; ten times as many at once. */
  maxDeliveriesPerSecond: number
  channels: ChannelSettings
}

/** Control, or the cluster that it runs in: then it deletes pods and scales workloads of its namespace. */
export type Repairs = { by: 'control'; url: string; token: string } | { by: 'cluster'; namespace: string }

/** Reads the responder's settings; reports all that is missing or wrong at once. @throws FD_RESPONDER_CONFIG */
export function readResponderConfig(env: NodeJS.ProcessEnv, defaultPolicy: string): ResponderConfig {
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
  const number = (name: string, fallback: number, { min, max }: { min: number; max: number }): number => {
    const value = Number(env[name] ?? fallback)
    if (value >= min && value <= max) return value
    problems.push(`${name} must be a number from ${min} to ${max}, not "${env[name]}"`)
    return fallback
  }
  const settings = responderSettings.read(env, (_name, message) => problems.push(message))
  const port = number('PORT', 5001, { min: 0, max: 65_535 })
  if (!Number.isInteger(port)) problems.push(`PORT must be a whole number, not "${env.PORT}"`)
  const config: ResponderConfig = {
    host: text('HOST', '127.0.0.1'),
    port,
    repairs: readRepairs(env, { text, problems }),
    webhookToken: text('WEBHOOK_TOKEN'),
    maintenanceToken: text('MAINTENANCE_TOKEN'),
    ...(env.PROMETHEUS_URL ? { prometheusUrl: env.PROMETHEUS_URL } : {}),
    ...(env.PROMETHEUS_PASSWORD ? { prometheusPassword: env.PROMETHEUS_PASSWORD } : {}),
    incidentLog: text('INCIDENT_LOG', 'incident_log.jsonl'),
    maxLogBytes: settings.INCIDENT_LOG_MEBIBYTES * 2 ** 20,
    run: text('STACK_RUN', 'by-hand'),
    policyFile: text('RESPONDER_POLICY', defaultPolicy),
    clockFactor: number('RESPONDER_CLOCK_FACTOR', 1, { min: 0.001, max: 1_000 }),
    watchdogEveryMs: duration('RESPONDER_WATCHDOG', '0s'),
    maxDeliveriesPerSecond: settings.RESPONDER_MAX_DELIVERIES,
    channels: readChannels(env, problems),
  }
  if (problems.length === 0) return config
  throw responderErrors.error('FD_RESPONDER_CONFIG', {
    message: problems.join('; '),
    where: 'environment of the responder',
    next: 'start it with the stack: firedrill up',
  })
}

function readRepairs(
  { REPAIRS: by = 'control' }: NodeJS.ProcessEnv,
  { text, problems }: { text(name: string): string; problems: string[] },
): Repairs {
  if (by === 'cluster') return { by, namespace: text('POD_NAMESPACE') }
  if (by !== 'control') problems.push(`REPAIRS must be "control" or "cluster", not "${by}"`)
  return { by: 'control', url: text('CONTROL_URL'), token: text('CONTROL_TOKEN') }
}

function readChannels(env: NodeJS.ProcessEnv, problems: string[]): ChannelSettings {
  const { SLACK_WEBHOOK_URL: slackUrl, SMTP_HOST: smarthost, SMTP_FROM: from, SMTP_TO: to } = env
  const { SMTP_USERNAME: username, SMTP_PASSWORD: password, SMTP_TLS: tls = 'required' } = env
  if (slackUrl && !/^https?:\/\//.test(slackUrl)) problems.push('SLACK_WEBHOOK_URL must be a URL with http or https')
  const slack = slackUrl ? { slackUrl } : {}
  if (!smarthost) return slack
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(smarthost) ?? []
  if (host === '') problems.push('SMTP_HOST must be like "mail.example.com:587"')
  if (!from || !to) problems.push('SMTP_HOST needs SMTP_FROM and SMTP_TO')
  if ((username === undefined) !== (password === undefined))
    problems.push('SMTP_USERNAME and SMTP_PASSWORD go together')
  if (tls !== 'required' && tls !== 'off') problems.push('SMTP_TLS must be "required" or "off"')
  const login = username !== undefined && password !== undefined ? { login: { username, password } } : {}
  const tlsMode = tls === 'off' ? 'off' : 'required'
  return { ...slack, email: { host, port: Number(port), from: from ?? '', to: to ?? '', tls: tlsMode, ...login } }
}
