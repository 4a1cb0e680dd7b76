import { Type } from '#typebox'
import { defineToxic } from './toxic.ts'

export const noop = defineToxic({
  type: 'noop',
  summary: 'Passes everything on: shows that a proxy and its connections are under control',
  attributes: Type.Object({}),
  start: (_attributes, { out }) => ({
    push: (piece) => out.push(piece),
    end: (how) => out.end(how),
    changed: () => undefined,
    release: () => undefined,
    stop: () => undefined,
  }),
})
