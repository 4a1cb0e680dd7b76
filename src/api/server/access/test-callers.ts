import { Callers } from './callers.ts'
import { Sessions } from './sessions.ts'

/** Callers of a server under test, which has no sessions. */
export function testCallers(tokens: { operator: string; responder: string }): Callers {
  return new Callers({ tokens, sessions: new Sessions(() => 'test') })
}
