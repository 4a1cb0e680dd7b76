import { type Static, Type } from '#typebox'

/** Schemas of sessions: how a browser comes to act for the operator. */

/** What a browser may do: `operate`: what the operator may; `read`: see everything; `none`: what anyone may. */
export const SessionAccess = Type.Enum(['none', 'read', 'operate'])
export type SessionAccess = Static<typeof SessionAccess>

export const LinkBody = Type.Object(
  {
    readOnly: Type.Boolean({
      default: false,
      description: 'Whether a session that begins with the link can change nothing',
    }),
  },
  { additionalProperties: false },
)
export const LinkView = Type.Object({
  url: Type.String({ description: 'Opens the console and begins a session, once' }),
  expiresAtMs: Type.Number({ description: 'Epoch milliseconds' }),
})
export type LinkView = Static<typeof LinkView>

export const LoginBody = Type.Object(
  { code: Type.String({ pattern: '^[\\w-]{43}$', description: 'The code of a link that `firedrill open` printed' }) },
  { additionalProperties: false },
)
export const SessionView = Type.Object({
  access: SessionAccess,
  mayOperate: Type.Boolean({
    description: 'Whether the session can be set to change things: its link was not read-only',
  }),
})
export type SessionView = Static<typeof SessionView>
export const LoginView = Type.Intersect([
  SessionView,
  Type.Object({
    key: Type.String({
      description: 'Sent back in the header X-Firedrill-Key with every request that needs the session',
    }),
  }),
])
export type LoginView = Static<typeof LoginView>
export const SessionBody = Type.Object(
  { readOnly: Type.Boolean({ description: 'A read-only session can change nothing until it is set back' }) },
  { additionalProperties: false },
)
