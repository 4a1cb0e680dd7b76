import { Type } from '#typebox'
import { defineAction } from './action.ts'

export const log = defineAction({
  name: 'log',
  summary: "writes a line to the responder's log",
  params: Type.String({ minLength: 1, maxLength: 500, description: 'The text' }),
  notifies: true,
  target: (_text, alert) => alert ?? { service: 'log' },
  async perform(text, { log: write }) {
    write(text)
    return text
  },
})
