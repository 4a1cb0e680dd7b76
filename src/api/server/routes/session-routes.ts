import { HttpError } from '../../../base/http/http-server.ts'
import type { SessionView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import { LINK_MS, type Session, type Sessions } from '../access/sessions.ts'
import type { Router } from '../router.ts'

/** How a browser enters: the operator makes a link, the page turns its code into a session. */
export function addSessionRoutes(router: Router, sessions: Sessions, url: () => string): void {
  router.add('createLink', ({ body }) => ({
    // The code stands behind #, which browsers send to no server and name to no other page.
    url: new URL(`/#/login/${sessions.createLink(body)}`, url()).href,
    expiresAtMs: Date.now() + LINK_MS,
  }))
  router.add('login', ({ body, reply }) => {
    const begun = sessions.begin(body.code)
    if (begun === undefined) {
      throw new HttpError(
        401,
        apiErrors.error('FD_SESSION_LINK', {
          message: 'this link was used already, or it has expired',
          expected: 'a link that is at most an hour old and was not opened yet',
          next: 'firedrill open',
        }),
      )
    }
    reply.header('set-cookie', sessions.cookieOf(begun.id))
    return { ...viewOf(begun.session), key: begun.session.key }
  })
  router.add('session', ({ request }) => viewOf(sessions.of(request)))
  router.add('setSession', ({ body, request }) => {
    const session = sessions.of(request)
    if (session !== undefined) session.readOnly = body.readOnly || !session.mayOperate
    return viewOf(session)
  })
  router.add('logout', ({ request, reply }) => {
    sessions.end(request)
    reply.header('set-cookie', sessions.endedCookie)
    return viewOf(undefined)
  })
}

function viewOf(session: Session | undefined): SessionView {
  if (session === undefined) return { access: 'none', mayOperate: false }
  return { access: session.readOnly ? 'read' : 'operate', mayOperate: session.mayOperate }
}
