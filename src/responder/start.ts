import type { Logger } from 'pino'
import { bearerAuth, createHttpServer } from '../base/http-server.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { Metrics } from '../telemetry/metrics.ts'
import type { ResponderConfig } from './config.ts'
import { type Actuator, Responder } from './responder.ts'
import { WebhookSchema } from './webhook.ts'

/** Deliveries of a thousand alerts with long annotations fit. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024

/** Starts the responder's HTTP server. POST /webhook wants the webhook token; incidents can be read without one. */
export async function startResponder(
  config: ResponderConfig,
  actuator: Actuator,
  logger: Logger,
): Promise<{ address: string; close(): Promise<void> }> {
  const metrics = new Metrics()
  const outcomes = {
    received: metrics.counter('responder_webhooks_total', {}),
    acted: metrics.counter('responder_actions_total', { outcome: 'acted' }),
    failed: metrics.counter('responder_actions_total', { outcome: 'failed' }),
    suppressed: metrics.counter('responder_actions_total', { outcome: 'suppressed' }),
  }
  const responder = await Responder.open({
    log: config.incidentLog,
    run: config.run,
    actuator,
    cooldownMs: config.cooldownMs,
    settleMs: config.settleMs,
    observe: (what) => outcomes[what].inc(),
    onError: (err) => logger.error({ err }, 'handling an incident failed'),
  })
  const app = createHttpServer({ logger, bodyLimitBytes: BODY_LIMIT_BYTES })
  addHttpMetrics(app, metrics)
  const mayDeliver = bearerAuth({ webhook: config.webhookToken })

  app.post(
    '/webhook',
    { schema: { body: WebhookSchema }, onRequest: async (request) => void mayDeliver(request) },
    async (request) => {
      const receivedAtMs = Date.now()
      const incidents = await responder.receive(request.body, receivedAtMs)
      return { received: incidents.length, incidents: [...new Set(incidents)] }
    },
  )
  app.get('/incidents', async () => ({ incidents: responder.incidents() }))
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/ready', async () => ({ status: 'ready' }))

  const address = await app.listen({ host: config.host, port: config.port })
  return {
    address,
    close: async () => {
      await app.close()
      await responder.close()
    },
  }
}
