import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Type } from '#typebox'
import { HttpError, type HttpServer, httpErrors, sameText } from '../../base/http/http-server.ts'
import { At } from '../../base/schema/terms.ts'
import { ReceivedAlert } from '../../probes/received-alert.ts'
import { DeliveryBodies } from '../../responder/webhook/delivery-body.ts'
import type { Delivery } from '../../responder/webhook/webhook.ts'
import { readAlertmanager } from '../forms/alertmanager.ts'
import { forms } from '../forms/forms.ts'
import type { Inbox } from '../inbox.ts'
import type { Notice } from '../notice.ts'

/**
 * The routes of a receiver: one for each form of notification, and what has arrived. Each wants the token, in the header
 * `Authorization` or, for senders that can set none, at the end of the path.
 */
export function addRoutes(app: HttpServer, { inbox, token, onNotices = () => undefined }: ReceiverRoutes): void {
  const onRequest = tokenGuard(token)
  const take = (notices: readonly Notice[]) => {
    const atMs = Date.now()
    inbox.add(notices, atMs)
    if (notices.length > 0) onNotices(notices, atMs)
  }
  app.register(async (scope) => addAlertmanager(scope as HttpServer, { onRequest, take }))
  for (const [name, { read, status, answer, type }] of Object.entries(forms)) {
    for (const path of pathsOf(name)) {
      app.post(path, { onRequest, bodyLimit: MESSAGE_BYTES }, async (request, reply) => {
        take(read(request.body))
        return reply.code(status).type(type).send(answer)
      })
    }
  }
  app.get(
    '/received',
    {
      schema: {
        querystring: Type.Object({ sinceMs: Type.Optional(At('Only what arrived later')) }),
        response: { 200: Received },
      },
      onRequest,
    },
    async ({ query: { sinceMs = 0 } }) => ({ received: inbox.since(sinceMs), dropped: inbox.dropped }),
  )
  app.get('/health', async () => ({ status: 'ok' }))
}

/** What a receiver answers of what has arrived. */
export const Received = Type.Object({
  received: Type.Array(ReceivedAlert),
  dropped: Type.Integer({ description: 'Alerts that had to make room for others' }),
})

export interface ReceiverRoutes {
  inbox: Inbox
  token: string
  /** Called with what a notification says, when it has been kept. */
  onNotices?: ((notices: readonly Notice[], atMs: number) => void) | undefined
}

/** The longest message of a form that is read as a whole: Slack and PagerDuty themselves take less. */
const MESSAGE_BYTES = 1024 * 1024

/** In a scope of its own: its bodies may be very long, and are read as they come in. */
function addAlertmanager(
  scope: HttpServer,
  { onRequest, take }: { onRequest: (request: FastifyRequest) => Promise<void>; take: (notices: Notice[]) => void },
): void {
  const bodies = new DeliveryBodies()
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', (_request: FastifyRequest, body: IncomingMessage) =>
    bodies.read(body, Date.now()),
  )
  for (const path of pathsOf('alertmanager')) {
    scope.post(path, { onRequest }, async (request) => {
      const delivery = request.body as Delivery
      take(readAlertmanager(delivery))
      return { received: delivery.alerts.length }
    })
  }
}

function pathsOf(form: string): string[] {
  return [`/${form}`, `/${form}/:token`]
}

function tokenGuard(token: string) {
  return async ({ headers, params }: FastifyRequest): Promise<void> => {
    const { token: inPath } = (params ?? {}) as { token?: string }
    const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? inPath
    if (given !== undefined && sameText(given, token)) return
    const problem = httpErrors.error('FD_HTTP_UNAUTHORIZED', {
      message: given === undefined ? 'no token was given' : 'the token is not that of this receiver',
      expected: 'Authorization: Bearer TOKEN, or the token at the end of the path',
    })
    throw new HttpError(401, problem, { 'www-authenticate': 'Bearer' })
  }
}
