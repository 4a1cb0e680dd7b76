import { REQUEST_SECONDS } from './buckets.ts'
import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the responder. */
export const responderMetrics = {
  responder_webhooks_total: {
    type: 'counter',
    help: 'Deliveries of alerts that the responder accepted.',
    labels: [],
  },
  responder_alerts_total: {
    type: 'counter',
    help: 'Alerts in accepted deliveries, repeats included, without the Watchdog: status "firing" or "resolved".',
    labels: ['status'],
  },
  responder_truncated_alerts_total: {
    type: 'counter',
    help: 'Alerts that the sender says it left out of a delivery.',
    labels: [],
  },
  responder_alerts_refused_total: {
    type: 'counter',
    help: 'Alerts of accepted deliveries that were left out: reason "unreadable", "too_many" (beyond the first 1,000), or "overflow" (its incident was given up, since too many are open).',
    labels: ['reason'],
  },
  responder_refused_total: {
    type: 'counter',
    help: 'Requests refused: reason "token" (missing or wrong) or "rate" (more than is taken at once).',
    labels: ['reason'],
  },
  responder_actions_total: {
    type: 'counter',
    help: 'Actions that the responder took, by outcome: "ok" or "failed".',
    labels: ['action', 'outcome'],
  },
  responder_suppressed_total: {
    type: 'counter',
    help: 'Actions not taken, or not yet, by the guard that held them back; docs/responder.md lists the guards.',
    labels: ['guard'],
  },
  responder_verifications_total: {
    type: 'counter',
    help: 'Judgements on samples taken after an action: outcome "ok", "failed", or "unknown" for want of samples.',
    labels: ['outcome'],
  },
  responder_escalations_total: {
    type: 'counter',
    help: 'Incidents left to a person.',
    labels: [],
  },
  responder_notifications_total: {
    type: 'counter',
    help: 'Messages to people, by channel and by outcome: "ok" or "failed".',
    labels: ['channel', 'outcome'],
  },
  responder_incidents_open: {
    type: 'gauge',
    help: 'Incidents whose alert is not over, or whose repair has to be taken back.',
    labels: [],
  },
  responder_decision_duration_seconds: {
    type: 'histogram',
    help: 'Time from the arrival of a webhook to the start of its first action, with everything on disk that says so; guards that make it wait included.',
    labels: [],
    buckets: REQUEST_SECONDS,
  },
  responder_action_duration_seconds: {
    type: 'histogram',
    help: 'Time that an action took.',
    labels: ['action'],
    buckets: REQUEST_SECONDS,
  },
  responder_watchdog_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time at which the Watchdog last arrived; 0 before the first time.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
