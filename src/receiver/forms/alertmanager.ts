import { defined } from '../../base/defined.ts'
import type { Delivery } from '../../responder/webhook/webhook.ts'
import type { Notice } from '../notice.ts'

/** What Alertmanager's own webhook sends (version 4): every alert of a group, with its labels and its times. */
export function readAlertmanager({ alerts, receiver }: Delivery): Notice[] {
  return alerts.map(({ incident, firing, name, labels, startsAtMs, endsAtMs }) => ({
    form: 'alertmanager' as const,
    // Alertmanager sends an alert once to each receiver; several may have the same address.
    key: `${receiver ?? ''}\n${incident}`,
    ...defined({ receiver }),
    firing,
    alertname: name,
    labels,
    startsAtMs,
    ...(firing ? {} : { endsAtMs }),
  }))
}
