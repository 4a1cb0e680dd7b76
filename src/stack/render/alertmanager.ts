import { defined } from '../../base/defined.ts'
import { promDuration } from '../../base/units/duration.ts'
import { MOST_ALERTS } from '../alerts/group-limit.ts'
import { inhibitions } from '../alerts/inhibitions.ts'
import type { Context, Part } from '../part.ts'
import type { Profile } from '../profile.ts'
import type { StackSettings } from '../settings.ts'
import { emailReceiver, slackReceiver } from './people.ts'
import { renderYaml } from './yaml.ts'

/** Alertmanager's configuration. */

const minute = 60_000

/**
 * alertmanager.yml. Every alert goes to the responder, one group per failing replica, so that no repair waits for another;
 * to people, where configured, by severity and one message per service.
 */
export function renderAlertmanager(parts: readonly Part[], options: AlertmanagerOptions, context: Context): string {
  return renderYaml(alertmanagerConfig(parts, options, context))
}

export interface AlertmanagerOptions {
  profile: Profile
  settings: StackSettings
}

/** The same as an object. */
export function alertmanagerConfig(
  parts: readonly Part[],
  { profile, settings }: AlertmanagerOptions,
  context: Context,
): AlertmanagerConfig {
  return {
    global: { resolve_timeout: promDuration(profile.scale(5 * minute)) },
    route: routeOf(profile, settings),
    inhibit_rules: inhibitions(parts).map(({ source, target, equal }) => ({
      source_matchers: source,
      target_matchers: target,
      ...defined({ equal }),
    })),
    receivers: [
      {
        name: 'responder',
        webhook_configs: [
          {
            url: `${context.url('responder')}/webhook`,
            send_resolved: true,
            // The responder takes no more of one group; Alertmanager counts what it leaves out.
            max_alerts: MOST_ALERTS,
            http_config: { authorization: { type: 'Bearer', credentials_file: context.secretFile('webhook') } },
          },
        ],
      },
      { name: 'nobody' },
      ...(settings.slack ? [slackReceiver(settings.slack, context)] : []),
      ...(settings.email ? [emailReceiver(settings.email, context)] : []),
    ],
  }
}

export interface AlertmanagerConfig {
  global: object
  route: object
  inhibit_rules: readonly object[]
  receivers: readonly object[]
}

function routeOf({ timing, scale }: Profile, settings: StackSettings): object {
  const scaled = (productionMs: number) => promDuration(scale(productionMs))
  const toPeople = {
    group_by: ['service'],
    group_wait: scaled(0.5 * minute),
    group_interval: scaled(5 * minute),
    repeat_interval: scaled(4 * 60 * minute),
    continue: true,
  }
  return {
    receiver: 'responder',
    group_by: ['alertname', 'service', 'instance'],
    group_wait: promDuration(timing.groupWaitMs),
    group_interval: promDuration(timing.groupIntervalMs),
    repeat_interval: promDuration(timing.repeatIntervalMs),
    routes: [
      {
        matchers: ['alertname="Watchdog"'],
        receiver: 'responder',
        group_wait: '0s',
        // Evaluated more often than it is repeated, else every second repeat comes one interval late.
        group_interval: promDuration(timing.watchdogRepeatMs / 4),
        repeat_interval: promDuration(timing.watchdogRepeatMs),
      },
      // For inhibition only.
      { matchers: ['severity="none"'], receiver: 'nobody' },
      { receiver: 'responder', continue: true },
      ...(settings.slack ? [{ matchers: ['severity=~"critical|warning"'], receiver: 'slack', ...toPeople }] : []),
      ...(settings.email ? [{ matchers: ['severity="critical"'], receiver: 'email', ...toPeople }] : []),
    ],
  }
}
