import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'

const Labels = Type.Record(Type.String(), Type.String({ maxLength: 4_096 }), { maxProperties: 100 })

/**
 * What Alertmanager's webhook sends (version 4). Only the alerts are required, so that a person can post a bare one by
 * hand; fields that newer versions add are accepted.
 */
export const WebhookSchema = Type.Object(
  {
    version: Type.Optional(Type.String()),
    groupKey: Type.Optional(Type.String()),
    truncatedAlerts: Type.Optional(Type.Integer({ minimum: 0, description: 'Alerts of the group that were left out' })),
    alerts: Type.Array(
      Type.Object(
        {
          status: Type.Optional(Type.Union([Type.Literal('firing'), Type.Literal('resolved')])),
          labels: Labels,
          annotations: Type.Optional(Labels),
          startsAt: Type.Optional(Type.String({ format: 'date-time' })),
          endsAt: Type.Optional(Type.String({ format: 'date-time' })),
          fingerprint: Type.Optional(Type.String({ maxLength: 64 })),
        },
        { additionalProperties: true },
      ),
      { minItems: 1, maxItems: 1_000 },
    ),
  },
  { additionalProperties: true },
)

export type Webhook = Static<typeof WebhookSchema>

/** One alert of a delivery, with what was left out filled in. Times are epoch milliseconds. */
export interface Alert {
  /** The same for every delivery about the same alert since the same start. */
  incident: string
  firing: boolean
  name: string
  labels: Record<string, string>
  startsAtMs: number
  endsAtMs: number
}

export function readAlerts(webhook: Pick<Webhook, 'alerts'>, receivedAtMs: number): Alert[] {
  return webhook.alerts.map(({ status, labels, startsAt, endsAt }) => {
    const startsAtMs = startsAt === undefined ? receivedAtMs : Date.parse(startsAt)
    return toAlert(labels, startsAtMs, {
      firing: status !== 'resolved',
      endsAtMs: endsAt === undefined ? receivedAtMs : Date.parse(endsAt),
    })
  })
}

export function toAlert(
  labels: Record<string, string>,
  startsAtMs: number,
  more: { firing: boolean; endsAtMs: number },
): Alert {
  return { incident: incidentId(labels, startsAtMs), name: labels.alertname ?? 'unnamed', labels, startsAtMs, ...more }
}

/**
 * Alertmanager tells alerts apart by their labels (its fingerprint is a hash of them) and when they started; so do
 * incidents. 64 bits: among a million alerts, two share an id with a chance of one in forty million.
 */
function incidentId(labels: Record<string, string>, startsAtMs: number): string {
  let text = String(startsAtMs)
  for (const name of Object.keys(labels).sort()) text += `\n${JSON.stringify(name)}:${JSON.stringify(labels[name])}`
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
