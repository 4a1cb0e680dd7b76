import type { Logger } from 'pino'
import { createHttpServer } from '../base/http/http-server.ts'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { Prometheus } from '../probes/prometheus.ts'
import { basicAuthorization } from '../stack/password.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { Metrics } from '../telemetry/metrics.ts'
import type { Actuator } from './actions/actuator.ts'
import { channelsOf } from './channels/channels.ts'
import type { ResponderConfig } from './config.ts'
import { IncidentStream } from './http/incident-stream.ts'
import { addRoutes } from './http/routes.ts'
import { Meters } from './meters.ts'
import { readPolicy } from './policy/policy-file.ts'
import { Responder } from './responder.ts'
import { WATCHDOG_MISSING, Watchdog } from './watchdog.ts'
import { toAlert } from './webhook/alert.ts'

/** Starts the responder and its HTTP server. POST /webhook wants the webhook token; incidents can be read without one. */
export async function startResponder(
  config: ResponderConfig,
  { actuator, logger, clock = new SteadyClock() }: { actuator: Actuator; logger: Logger; clock?: SteadyClock },
): Promise<{ address: string; close(): Promise<void> }> {
  const policy = await readPolicy(config.policyFile, config.clockFactor)
  const metrics = new Metrics()
  const meters = new Meters(metrics)
  const stream = new IncidentStream(() => responder.incidents(), clock)
  const responder: Responder = await Responder.open({
    log: config.incidentLog,
    maxLogBytes: config.maxLogBytes,
    run: config.run,
    clock,
    policy,
    actuator,
    ...prometheusOf(config),
    channels: channelsOf(config.channels),
    onRecord: (record, incident) => {
      meters.record(record, incident)
      if (incident !== undefined) stream.changed(incident)
    },
    onActing: (incident) => meters.acting(incident, clock.nowMs()),
    warn: (text, { number, alertname }) => logger.warn({ incident: number, alertname }, text),
    onError: (err) => logger.error({ err }, 'handling an incident failed'),
  })
  // Only now: the records of the log may have moved the clock.
  const watchdog = new Watchdog(config.watchdogEveryMs, clock)
  meters.read(responder.state, () => watchdog.lastReceivedMs())
  const raise = async () => {
    const missing = watchdog.check()
    if (missing !== undefined) await responder.receive([missing])
  }
  const listening = setInterval(() => raise().catch((err) => logger.error({ err }, 'no Watchdog')), WATCHDOG_LOOK_MS)
  await forgetMissing(responder)

  const app = createHttpServer({ logger })
  addHttpMetrics(app, metrics)
  addRoutes(app, {
    responder,
    stream,
    meters,
    watchdog,
    tokens: { webhook: config.webhookToken, maintenance: config.maintenanceToken },
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

const WATCHDOG_LOOK_MS = 250

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
    .filter(({ alertname, resolvedAtMs }) => alertname === WATCHDOG_MISSING && resolvedAtMs === undefined)
  const over = { firing: false, endsAtMs: Date.now() }
  await responder.receive(missing.map(({ labels, startsAtMs }) => toAlert(labels, startsAtMs, over)))
}
