import type { IncomingMessage } from 'node:http'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { Type } from '#typebox'
import type { HttpServer } from '../../base/http/http-server.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Incident } from '../incident/incident.ts'
import { viewOf } from '../incident/incident-view.ts'
import { recordText } from '../incident/record-text.ts'
import type { Meters } from '../meters.ts'
import type { Responder } from '../responder.ts'
import { WATCHDOG, type Watchdog } from '../watchdog.ts'
import { withHttpStatus } from '../with-http-status.ts'
import { DeliveryBodies } from './delivery-body.ts'
import type { Delivery } from './webhook.ts'

/** POST /webhook, in a scope of its own: its bodies are large and many, and are read as they come in. */
export function addWebhookRoute(scope: HttpServer, { responder, meters, watchdog, guards }: WebhookRouted): void {
  const bodies = new DeliveryBodies()
  // Fastify's own would read text/plain as a whole.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', (_request: FastifyRequest, body: IncomingMessage) =>
    bodies.read(body, Date.now()),
  )
  scope.post(
    '/webhook',
    {
      schema: {
        response: {
          200: Type.Object({
            received: Type.Integer(),
            incidents: Type.Optional(Type.Array(HandledIncident)),
            refused: Type.Optional(
              Type.Array(Type.String(), { description: 'What was wrong with alerts that were left out' }),
            ),
          }),
        },
      },
      onRequest: guards,
    },
    async (request) => {
      const { alerts: all, refused, byHand, truncated } = request.body as Delivery
      const received = all.length
      meters.webhooks.inc()
      const alerts = all.filter((one) => one.name !== WATCHDOG)
      let firing = 0
      for (const one of alerts) if (one.firing) firing++
      meters.alerts(firing, alerts.length - firing, truncated)
      meters.refusedAlerts(refused)
      if (alerts.length < received && all.some((one) => one.name === WATCHDOG && one.firing)) {
        const over = watchdog.received()
        if (over !== undefined) alerts.push(over)
      }
      await withHttpStatus(() => responder.receive(alerts, refused))
      // Alertmanager reads no more than the status.
      if (!byHand) return { received }
      const ids = [...new Set(alerts.map((one) => one.incident))]
      await untilActed(responder, ids)
      const incidents = ids.flatMap((id) => handled(responder.state.incidents.get(id)))
      return { received, incidents, ...(refused.problems.length === 0 ? {} : { refused: refused.problems }) }
    },
  )
}

/** A person who posts an alert by hand waits for the outcome; Alertmanager does not wait. */
const BY_HAND_WAITS_MS = 10_000
/** The lines of an incident that show a person the outcome. */
const OUTCOMES: ReadonlySet<string> = new Set(['acted', 'verified', 'suppressed', 'escalated', 'resolved'])
/** One incident of a delivery, in the answer to it. */
const HandledIncident = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  alertname: Type.String(),
  status: Type.String(),
  said: Type.String({ description: 'What was last decided or done, in a sentence' }),
})

export interface WebhookRouted {
  responder: Responder
  meters: Meters
  watchdog: Watchdog
  /** Who may deliver, and how often. */
  guards: onRequestAsyncHookHandler[]
}

/** What was done about an incident, and what came of it. */
function handled(incident: Incident | undefined) {
  if (incident === undefined) return []
  const { id, number, alertname, records } = incident
  const outcomes = records.filter(({ event }) => OUTCOMES.has(event)).slice(-2)
  const said = outcomes.map(recordText).join('; ') || 'received; nothing was decided yet'
  return [{ id, number, alertname, status: viewOf(incident).status, said }]
}

/** Resolves when each was acted on or left alone, or after a while: verification takes longer than anybody waits. */
async function untilActed(responder: Responder, ids: readonly string[]): Promise<void> {
  const open = () => {
    const incidents = ids.flatMap((id) => responder.state.incidents.get(id) ?? [])
    return incidents.filter((one) => one.phase === 'acting' || (one.phase === 'waiting' && one.suppressed.length === 0))
  }
  const bound = { what: 'the action', timeoutMs: BY_HAND_WAITS_MS, intervalMs: 10 }
  await waitUntil(async () => (open().length === 0 ? done(undefined) : notYet('not done')), bound).catch(
    () => undefined,
  )
}
