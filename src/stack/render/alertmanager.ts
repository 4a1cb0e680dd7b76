import { promDuration } from '../../base/duration.ts'
import type { Context } from '../part.ts'
import type { Profile } from '../profile.ts'
import { renderYaml } from './yaml.ts'

/** alertmanager.yml: every alert goes to the responder, one group per failing replica, so that no repair waits for another. */
export function renderAlertmanager(profile: Profile, context: Context): string {
  const { timing } = profile
  return renderYaml({
    global: { resolve_timeout: promDuration(profile.scale(300_000)) },
    route: {
      receiver: 'responder',
      group_by: ['alertname', 'service', 'instance'],
      group_wait: promDuration(timing.groupWaitMs),
      group_interval: promDuration(timing.groupIntervalMs),
      repeat_interval: promDuration(timing.repeatIntervalMs),
    },
    inhibit_rules: [
      // A dead service need not also page for the errors of its last requests.
      {
        source_matchers: ['alertname="ServiceDown"'],
        target_matchers: ['alertname="APIErrorRateHigh"'],
        equal: ['service'],
      },
    ],
    receivers: [
      {
        name: 'responder',
        webhook_configs: [
          {
            url: `${context.url('responder')}/webhook`,
            send_resolved: true,
            http_config: { authorization: { type: 'Bearer', credentials_file: context.secretFile('webhook') } },
          },
        ],
      },
    ],
  })
}
