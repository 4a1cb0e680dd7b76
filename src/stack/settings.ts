import { defined } from '../base/defined.ts'
import type { Objective } from '../slo/objective.ts'
import { stackErrors } from './errors.ts'
import { type Read, type RemoteStore, readRemoteStore } from './remote-store.ts'

/** The objectives and links of a stack, and how people are notified besides the responder. */
export interface StackSettings {
  /** The objectives that rules are made of. */
  readonly objectives: readonly Objective[]
  /** The beginning of the links to runbooks. Default: the folder in this repository. */
  readonly runbooks: string
  /** Text of the responder's policy. Default: the one that ships. */
  readonly policy?: string
  /** The file that it was read from. */
  readonly policyFile?: string
  readonly slack?: { readonly webhookUrl: string; readonly channel?: string }
  readonly email?: {
    /** host:port */
    readonly smarthost: string
    readonly from: string
    /** One or several, separated by commas. */
    readonly to: string
    readonly login?: { readonly username: string; readonly password: string }
    readonly requireTls: boolean
  }
  /** A store that Prometheus sends every sample to, by its remote write. */
  readonly remoteWrite?: RemoteStore
  /** Where drills and the console read samples, in place of Prometheus: what it sends them to. */
  readonly metricsStore?: RemoteStore
}

export const defaultSettings: StackSettings = { objectives: [], runbooks: 'docs/runbooks' }

export function runbookUrl(alert: string, { runbooks }: StackSettings): string {
  return `${runbooks}/${alert}.md`
}

/** The settings with placeholders for what must not be shown, for what is rendered: nothing of that reads samples. */
export function withoutSecrets({ slack, email, remoteWrite, metricsStore: _, ...rest }: StackSettings): StackSettings {
  return {
    ...rest,
    ...(slack && { slack: { ...slack, webhookUrl: 'https://hooks.slack.invalid/SECRET' } }),
    ...(email && { email: { ...email, ...(email.login && { login: { ...email.login, password: 'SECRET-smtp' } }) } }),
    ...(remoteWrite && {
      remoteWrite: {
        ...remoteWrite,
        ...(remoteWrite.login && { login: { ...remoteWrite.login, secret: 'SECRET-remote-write' } }),
      },
    }),
  }
}

/**
 * Reads FIREDRILL_RUNBOOK_URL, FIREDRILL_SLACK_WEBHOOK_URL and _CHANNEL, FIREDRILL_SMTP_HOST ("mail.example.com:587"), _FROM,
 * _TO, _USERNAME, _PASSWORD and _TLS ("required" or "off"), and the stores FIREDRILL_REMOTE_WRITE_… and FIREDRILL_METRICS_…. Each group
 * stays off while its first one is not set.
 * @throws FD_STACK_SETTINGS with all problems; none quotes a secret
 */
export function readStackSettings(env: NodeJS.ProcessEnv, objectives: readonly Objective[] = []): StackSettings {
  const problems: string[] = []
  const text = (name: string) => env[`FIREDRILL_${name}`]?.trim() || undefined
  const settings = {
    objectives,
    runbooks: text('RUNBOOK_URL')?.replace(/\/+$/, '') ?? defaultSettings.runbooks,
    ...readSlack(text, problems),
    ...readEmail(text, problems),
    ...defined({ remoteWrite: readRemoteStore('REMOTE_WRITE', text, problems) }),
    ...defined({ metricsStore: readRemoteStore('METRICS', text, problems) }),
  }
  if (problems.length === 0) return settings
  throw stackErrors.error('FD_STACK_SETTINGS', {
    where: 'environment',
    message: problems.join('; '),
    next: 'firedrill up --help lists the settings',
  })
}

function readSlack(text: Read, problems: string[]): Pick<StackSettings, 'slack'> {
  const webhookUrl = text('SLACK_WEBHOOK_URL')
  const channel = text('SLACK_CHANNEL')
  if (webhookUrl === undefined) {
    if (channel !== undefined) problems.push('FIREDRILL_SLACK_CHANNEL needs FIREDRILL_SLACK_WEBHOOK_URL')
    return {}
  }
  if (!/^https?:$/.test(URL.canParse(webhookUrl) ? new URL(webhookUrl).protocol : '')) {
    problems.push('FIREDRILL_SLACK_WEBHOOK_URL must be a URL with http or https')
  }
  return { slack: { webhookUrl, ...(channel !== undefined && { channel }) } }
}

function readEmail(text: Read, problems: string[]): Pick<StackSettings, 'email'> {
  const smarthost = text('SMTP_HOST')
  const others = ['FROM', 'TO', 'USERNAME', 'PASSWORD', 'TLS'].filter((name) => text(`SMTP_${name}`) !== undefined)
  if (smarthost === undefined) {
    if (others.length > 0) problems.push(`FIREDRILL_SMTP_${others[0]} needs FIREDRILL_SMTP_HOST`)
    return {}
  }
  if (!/^[^\s:]+:\d{1,5}$/.test(smarthost)) problems.push(`FIREDRILL_SMTP_HOST must be like "mail.example.com:587"`)
  const address = (name: string) => {
    const given = text(name) ?? ''
    const wrong = given.split(',').filter((one) => !/^\S+@\S+$/.test(one.trim()))
    if (wrong.length > 0) problems.push(`FIREDRILL_${name} must be an e-mail address, not ${JSON.stringify(given)}`)
    return given
  }
  const [username, password] = [text('SMTP_USERNAME'), text('SMTP_PASSWORD')]
  if ((username === undefined) !== (password === undefined)) {
    problems.push('FIREDRILL_SMTP_USERNAME and FIREDRILL_SMTP_PASSWORD go together')
  }
  const tls = text('SMTP_TLS') ?? 'required'
  if (tls !== 'required' && tls !== 'off') problems.push(`FIREDRILL_SMTP_TLS must be "required" or "off"`)
  return {
    email: {
      smarthost,
      from: address('SMTP_FROM'),
      to: address('SMTP_TO'),
      ...(username !== undefined && password !== undefined && { login: { username, password } }),
      requireTls: tls === 'required',
    },
  }
}
