import { performance } from 'node:perf_hooks'
import { Type } from 'typebox'
import { FiredrillError } from '../base/errors.ts'
import { bearerAuth, HttpError, type HttpServer } from '../base/http-server.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { responderErrors } from './errors.ts'
import type { Incident } from './incident.ts'
import type { IncidentStream } from './incident-stream.ts'
import { IncidentStory, IncidentView, storyOf, viewOf } from './incident-view.ts'
import { MaintenanceBody } from './maintenance.ts'
import type { Meters } from './meters.ts'
import { recordText } from './record-text.ts'
import type { Responder } from './responder.ts'
import { TokenBucket } from './token-bucket.ts'
import { WATCHDOG, type Watchdog } from './watchdog.ts'
import { checkWebhook, readAlerts } from './webhook.ts'

/** A person who posts an alert by hand wants to hear what came of it; Alertmanager does not wait. */
const BY_HAND_WAITS_MS = 10_000
/** Wrong tokens a second, and ten times as many at once; then they are not even looked at. */
const WRONG_TOKENS_PER_SECOND = 10

export interface Routed {
  responder: Responder
  stream: IncidentStream
  meters: Meters
  watchdog: Watchdog
  /** Alertmanager's, and control's: each opens its own routes only. */
  tokens: { webhook: string; control: string }
  maxDeliveriesPerSecond: number
}

/** One incident of a delivery, in the answer to it. */
const Heard = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  alertname: Type.String(),
  status: Type.String(),
  said: Type.String({ description: 'What was last decided or done, in a sentence' }),
})

export function addRoutes(app: HttpServer, { responder, stream, meters, watchdog, tokens, ...options }: Routed): void {
  const wrongTokens = new TokenBucket(WRONG_TOKENS_PER_SECOND, WRONG_TOKENS_PER_SECOND * 10, performance.now())
  const guarded = (token: string) => {
    const check = bearerAuth({ one: token })
    return async (request: Parameters<typeof check>[0]) => {
      try {
        check(request)
      } catch (error) {
        meters.refused('token')
        throw wrongTokens.take(performance.now()) ? error : tooMany('wrong tokens', 429)
      }
    }
  }
  const rate = options.maxDeliveriesPerSecond
  const deliveries = new TokenBucket(rate, rate * 10, performance.now())

  app.post(
    '/webhook',
    {
      schema: {
        response: { 200: Type.Object({ received: Type.Integer(), incidents: Type.Optional(Type.Array(Heard)) }) },
      },
      onRequest: [
        guarded(tokens.webhook),
        async () => {
          if (deliveries.take(performance.now())) return
          meters.refused('rate')
          throw tooMany('deliveries', 503)
        },
      ],
    },
    async (request) => {
      const receivedAtMs = Date.now()
      const body = checkWebhook(request.body)
      const all = readAlerts(body, receivedAtMs)
      const received = all.length
      meters.webhooks.inc()
      const alerts = all.filter((one) => one.name !== WATCHDOG)
      let firing = 0
      for (const one of alerts) if (one.firing) firing++
      meters.alerts(firing, alerts.length - firing, body.truncatedAlerts ?? 0)
      if (alerts.length < received && all.some((one) => one.name === WATCHDOG && one.firing)) {
        const over = watchdog.heard(receivedAtMs)
        if (over !== undefined) alerts.push(over)
      }
      await answering(() => responder.receive(alerts))
      // Alertmanager reads no more than the status.
      if (body.groupKey !== undefined) return { received }
      const ids = [...new Set(alerts.map((one) => one.incident))]
      await untilActed(responder, ids)
      return { received, incidents: ids.flatMap((id) => heard(responder.state.incidents.get(id))) }
    },
  )

  app.get(
    '/incidents',
    { schema: { response: { 200: Type.Object({ incidents: Type.Array(IncidentView) }) } } },
    async () => ({
      incidents: responder.incidents().map(viewOf),
    }),
  )
  app.get('/incidents/stream', (request, reply) => {
    if (!stream.hasRoom) throw tooMany('streams', 503)
    reply.hijack()
    const lastId = request.headers['last-event-id']
    stream.add(reply.raw, typeof lastId === 'string' ? lastId : undefined)
  })
  app.get(
    '/incidents/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,16}$' }) }),
        response: { 200: IncidentStory },
      },
    },
    async (request) => {
      const incident = responder.find(request.params.id)
      if (incident !== undefined) return storyOf(incident)
      const message = `there is no incident ${request.params.id}`
      throw new HttpError(
        404,
        responderErrors.error('FD_RESPONDER_UNKNOWN_INCIDENT', { message, next: 'firedrill incidents' }),
      )
    },
  )
  app.get('/maintenance', async () => ({ maintenance: inForce(responder) }))
  app.put(
    '/maintenance',
    { schema: { body: MaintenanceBody }, onRequest: guarded(tokens.control) },
    async (request) => {
      const { service, forMs, why } = request.body
      await answering(() => responder.maintain(service, Date.now() + forMs, why))
      return { maintenance: inForce(responder) }
    },
  )
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/ready', async () => ({ status: 'ready' }))
}

function inForce({ state }: Responder) {
  return [...state.silences.values()].filter((one) => one.untilMs > Date.now())
}

/** What has become of an incident, by the last thing that says more than that it is there. */
function heard(incident: Incident | undefined) {
  if (incident === undefined) return []
  const { id, number, alertname, records } = incident
  const last = records.at(-1)
  return [{ id, number, alertname, status: viewOf(incident).status, said: last === undefined ? '' : recordText(last) }]
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

function tooMany(what: string, status: 429 | 503): HttpError {
  const problem = responderErrors.error('FD_RESPONDER_BUSY', { message: `too many ${what} at once` })
  return new HttpError(status, problem, { 'retry-after': '1' })
}

/** A disk that is full is not the sender's fault: it shall come back. */
async function answering(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw error instanceof FiredrillError ? new HttpError(503, error, { 'retry-after': '1' }) : error
  }
}
