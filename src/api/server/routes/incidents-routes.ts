import { HttpError } from '../../../base/http/http-server.ts'
import { apiErrors } from '../../errors.ts'
import type { ResponderLink } from '../responder-link.ts'
import type { Router } from '../router.ts'
import { relayStream } from '../stream-relay.ts'

/** The routes of incidents and maintenance. */

const TOO_MANY = 'FD_INCIDENTS_TOO_MANY_STREAMS'

/** Passes the responder's incidents and its maintenance on, so that page and CLI need no other origin than control's. */
export function addIncidentsRoutes(router: Router, responder: ResponderLink): void {
  router.add('incidents', () => responder.incidents())
  router.add('incident', ({ params }) => responder.incident(params.id))
  router.add('maintenance', () => responder.maintenance())
  router.add('setMaintenance', ({ body }) => responder.setMaintenance(body))
  relayStream(router, 'incidentsStream', {
    tooMany: TOO_MANY,
    open: async (lastEventId, signal) => {
      const { statusCode, body } = await responder.stream(lastEventId, signal)
      if (statusCode === 200) return body
      await body.dump()
      const problem = apiErrors.error(TOO_MANY, {
        message: `the responder answered ${statusCode}`,
        expected: 'room for one more',
      })
      throw new HttpError(503, problem, { 'retry-after': '5' })
    },
  })
}
