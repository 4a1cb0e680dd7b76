import type { Channel } from './channel.ts'
import { type EmailSettings, email } from './email.ts'
import { slack } from './slack.ts'

export interface ChannelSettings {
  slackUrl?: string
  email?: EmailSettings
}

/** The ways to reach people that are configured, by the name that `notify` knows them by. */
export function channelsOf({ slackUrl, email: mail }: ChannelSettings): Record<string, Channel> {
  return {
    ...(slackUrl === undefined ? {} : { slack: slack(slackUrl) }),
    ...(mail === undefined ? {} : { email: email(mail) }),
  }
}
