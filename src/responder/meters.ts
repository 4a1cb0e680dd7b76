import type { Metrics } from '../telemetry/metrics.ts'
import type { Counter } from '../telemetry/series.ts'
import { actions } from './actions/actions.ts'
import type { Incident } from './incident/incident.ts'
import { type LogRecord, SUPPRESSIONS, type Suppression } from './incident/record.ts'
import type { State } from './incident/state.ts'
import type { Delivery } from './webhook/webhook.ts'

/** The responder's metrics, counted from the records that it writes. */
export class Meters {
  readonly #metrics: Metrics
  readonly webhooks
  readonly #alerts
  readonly #truncated
  readonly #refused
  readonly #suppressions = new Map<string, Counter>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    this.webhooks = metrics.counter('responder_webhooks_total', {})
    const alerts = (status: string) => metrics.counter('responder_alerts_total', { status })
    this.#alerts = { firing: alerts('firing'), resolved: alerts('resolved') }
    this.#truncated = metrics.counter('responder_truncated_alerts_total', {})
    const left = (reason: string) => metrics.counter('responder_alerts_refused_total', { reason })
    this.#refused = { unreadable: left('unreadable'), tooMany: left('too_many'), overflow: left('overflow') }
    for (const guard of Object.keys(SUPPRESSIONS))
      this.#suppressions.set(guard, metrics.counter('responder_suppressed_total', { guard }))
    for (const outcome of ['ok', 'failed', 'unknown']) metrics.counter('responder_verifications_total', { outcome })
    for (const action of Object.keys(actions))
      for (const outcome of ['ok', 'failed']) metrics.counter('responder_actions_total', { action, outcome })
    for (const reason of ['token', 'rate']) metrics.counter('responder_refused_total', { reason })
    metrics.counter('responder_escalations_total', {})
  }

  read(state: State, lastWatchdogMs: () => number | undefined): void {
    this.#metrics.read('responder_incidents_open', {}, () => state.open.size)
    this.#metrics.read('responder_watchdog_timestamp_seconds', {}, () => (lastWatchdogMs() ?? 0) / 1_000)
  }

  alerts(firing: number, resolved: number, truncated: number): void {
    this.#alerts.firing.inc(firing)
    this.#alerts.resolved.inc(resolved)
    this.#truncated.inc(truncated)
  }

  refusedAlerts({ unreadable, tooMany }: Delivery['refused']): void {
    if (unreadable > 0) this.#refused.unreadable.inc(unreadable)
    if (tooMany > 0) this.#refused.tooMany.inc(tooMany)
  }

  refused(reason: 'token' | 'rate'): void {
    this.#metrics.counter('responder_refused_total', { reason }).inc()
  }

  acting({ receivedAtMs, attempts }: Incident, nowMs: number): void {
    if (attempts.length !== 1) return
    this.#metrics.histogram('responder_decision_duration_seconds', {}).observe((nowMs - receivedAtMs) / 1_000)
  }

  record(record: LogRecord, incident: Incident | undefined): void {
    const metrics = this.#metrics
    if (record.event === 'suppressed') this.#suppressed(record.guard)
    if (record.event === 'resolved' && record.overflow) this.#refused.overflow.inc()
    if (record.event === 'decided' && record.dryRun) this.#suppressed('dry_run')
    if (record.event === 'verified') metrics.counter('responder_verifications_total', { outcome: record.outcome }).inc()
    if (record.event === 'escalated') metrics.counter('responder_escalations_total', {}).inc()
    if (record.event === 'notified') {
      const outcome = record.ok ? 'ok' : 'failed'
      metrics.counter('responder_notifications_total', { channel: record.channel, outcome }).inc()
    }
    const attempt = incident?.attempts.at(-1)
    if (record.event === 'acted' && attempt !== undefined) {
      const { action } = attempt
      metrics.counter('responder_actions_total', { action, outcome: record.ok ? 'ok' : 'failed' }).inc()
      const tookMs = record.atMs - attempt.actingAtMs
      metrics.histogram('responder_action_duration_seconds', { action }).observe(tookMs / 1_000)
    }
  }

  #suppressed(guard: Suppression): void {
    this.#suppressions.get(guard)?.inc()
  }
}
