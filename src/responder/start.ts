import type { Logger } from 'pino'
import { createHttpServer } from '../base/http-server.ts'
import { Prometheus } from '../probes/prometheus.ts'
import { basicAuthorization } from '../stack/password.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { Metrics } from '../telemetry/metrics.ts'
import type { Actuator } from './actions/action.ts'
import { toAlert } from './alert.ts'
import { channelsOf } from './channels/channels.ts'
import type { ResponderConfig } from './config.ts'
import { IncidentStream } from './incident-stream.ts'
import { Meters } from './meters.ts'
import { readPolicy } from './policy/policy-file.ts'
import { Responder } from './responder.ts'
import { addRoutes } from './routes.ts'
import { WATCHDOG_MISSING, Watchdog } from './watchdog.ts'

/** Deliveries of a thousand alerts with long annotations fit. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024
const WATCHDOG_LOOK_MS = 250

/** Starts the responder and its HTTP server. POST /webhook wants the webhook token; incidents can be read without one. */
export async function startResponder(
  config: ResponderConfig,
  actuator: Actuator,
  logger: Logger,
): Promise<{ address: string; close(): Promise<void> }> {
  const policy = await readPolicy(config.policyFile, config.clockFactor)
  const metrics = new Metrics()
  const meters = new Meters(metrics)
  const stream = new IncidentStream(() => responder.incidents())
  const watchdog = new Watchdog(config.watchdogEveryMs, Date.now())
  const responder: Responder = await Responder.open({
    log: config.incidentLog,
    maxLogBytes: config.maxLogBytes,
    run: config.run,
    policy,
    actuator,
    ...prometheusOf(config),
    channels: channelsOf(config.channels),
    onRecord: (record, incident) => {
      meters.record(record, incident)
      if (incident !== undefined) stream.changed(incident)
    },
    onActing: (incident) => meters.acting(incident),
    say: (text, { number, alertname }) => logger.warn({ incident: number, alertname }, text),
    onError: (err) => logger.error({ err }, 'handling an incident failed'),
  })
  meters.read(responder.state, () => watchdog.lastHeardMs)
  const raise = async () => {
    const missing = watchdog.check(Date.now())
    if (missing !== undefined) await responder.receive([missing])
  }
  const listening = setInterval(() => raise().catch((err) => logger.error({ err }, 'no Watchdog')), WATCHDOG_LOOK_MS)
  await forgetMissing(responder)

  const app = createHttpServer({ logger, bodyLimitBytes: BODY_LIMIT_BYTES })
  addHttpMetrics(app, metrics)
  addRoutes(app, {
    responder,
    stream,
    meters,
    watchdog,
    tokens: { webhook: config.webhookToken, control: config.controlToken },
    maxDeliveriesPerSecond: config.maxDeliveriesPerSecond,
  })
  app.addHook('preClose', async () => stream.close())
  const address = await app.listen({ host: config.host, port: config.port })
  return {
    address,
    close: async () => {
      clearInterval(listening)
      await app.close()
      await responder.close()
    },
  }
}

function prometheusOf({ prometheusUrl: url, prometheusPassword: password }: ResponderConfig): {
  prometheus?: Prometheus
} {
  if (url === undefined) return {}
  return {
    prometheus: new Prometheus(url, password === undefined ? {} : { authorization: basicAuthorization(password) }),
  }
}

/** A new process counts from its own start: what an earlier one missed is over, or will be missed again. */
async function forgetMissing(responder: Responder): Promise<void> {
  const missing = responder
    .incidents()
    .filter((one) => one.alertname === WATCHDOG_MISSING && one.resolvedAtMs === undefined)
  const over = { firing: false, endsAtMs: Date.now() }
  await responder.receive(missing.map(({ labels, startsAtMs }) => toAlert(labels, startsAtMs, over)))
}
