import { Type } from '#typebox'
import { defineToxic } from './toxic.ts'

export const limitData = defineToxic({
  type: 'limit_data',
  summary: 'Closes the connection once it has carried a number of bytes',
  attributes: Type.Object({
    bytes: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'What a connection may carry before it is closed, in bytes; 0 closes it with the first data',
    }),
  }),
  start(attributes, { out, drop }) {
    let passed = 0
    return {
      push(piece) {
        const left = Math.max(0, attributes().bytes - passed)
        const part = piece.subarray(0, left)
        passed += part.length
        if (part.length > 0) out.push(part)
        drop(piece.length - part.length)
        if (passed >= attributes().bytes) out.end('close')
      },
      end: (how) => out.end(how),
      changed: () => undefined,
      release: () => undefined,
      stop: () => undefined,
    }
  },
})
