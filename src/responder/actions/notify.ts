import { Type } from '#typebox'
import { defineAction } from './action.ts'

export const notify = defineAction({
  name: 'notify',
  summary: 'notifies people, by Slack or e-mail, where that is configured',
  params: Type.Union([Type.Literal('slack'), Type.Literal('email')], { description: 'slack or email' }),
  notifies: true,
  target: (_channel, alert) => alert ?? { service: 'people' },
  async perform(name, { channels, message, signal }) {
    const channel = channels[name]
    if (channel === undefined) return `${name} is not configured: nobody was notified`
    await channel.send(message, signal)
    return `notified by ${name}`
  },
})
