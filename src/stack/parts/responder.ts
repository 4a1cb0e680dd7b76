import { promDuration } from '../../base/units/duration.ts'
import type { ConfigFile, Context, Part } from '../part.ts'
import type { Profile } from '../profile.ts'
import type { StackSettings } from '../settings.ts'
import { listenEnv, SERVICE_GRACE_MS } from './environment.ts'
import { responderSettings } from './responder-settings.ts'

/** The responder as a part of the stack. */

const POLICY = 'responder.yaml'

export function responder({ factor, timing }: Profile, settings: StackSettings): Part {
  return {
    name: 'responder',
    kind: 'responder',
    summary: 'takes alerts, repairs by policy, writes incidents',
    program: { serve: 'responder' },
    preferredPort: 5001,
    dependsOn: [],
    health: { kind: 'http', path: '/ready' },
    restart: 'always',
    // Nothing else repairs it. In a storm of alerts it answers late, but it does answer: each answer restarts the time.
    restartWhenUnhealthyMs: 30_000,
    graceMs: SERVICE_GRACE_MS,
    metrics: { path: '/metrics', every: 'scrapeMs' },
    settings: responderSettings,
    launch: (context) => ({
      args: [],
      env: {
        ...listenEnv(context),
        ...repairsOf(context),
        MAINTENANCE_TOKEN: context.secret('maintenance'),
        WEBHOOK_TOKEN: context.secret('webhook'),
        STACK_RUN: context.run,
        INCIDENT_LOG: `${context.volume('responder')}/incident_log.jsonl`,
        PROMETHEUS_URL: context.url('prometheus'),
        // It only reads samples. With Alertmanager's password it could also silence alerts that it does not repair.
        PROMETHEUS_PASSWORD: context.secret('prometheus'),
        RESPONDER_CLOCK_FACTOR: String(factor),
        RESPONDER_WATCHDOG: promDuration(timing.watchdogRepeatMs),
        ...(settings.policy === undefined ? {} : { RESPONDER_POLICY: context.file(POLICY) }),
        ...channelEnv(settings),
      },
    }),
  }
}

/** Through whom it repairs. In a cluster its Role is its right, and it needs no token. */
function repairsOf(context: Context): Record<string, string> {
  if (context.keeper === 'cluster') return { REPAIRS: 'cluster' }
  return { CONTROL_URL: context.url('control'), CONTROL_TOKEN: context.secret('responder') }
}

/** The policy that was passed to `up`. Without one, the responder has its own. */
export function policyFile({ policy }: StackSettings): ConfigFile[] {
  return policy === undefined ? [] : [{ name: POLICY, part: 'responder', render: () => policy }]
}

/** What the responder needs to notify people itself: when it leaves an incident to them. */
function channelEnv({ slack, email }: StackSettings): Record<string, string> {
  return {
    ...(slack && { SLACK_WEBHOOK_URL: slack.webhookUrl }),
    ...(email && { SMTP_HOST: email.smarthost, SMTP_FROM: email.from, SMTP_TO: email.to }),
    ...(email && !email.requireTls && { SMTP_TLS: 'off' }),
    ...(email?.login && { SMTP_USERNAME: email.login.username, SMTP_PASSWORD: email.login.password }),
  }
}
