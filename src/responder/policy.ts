import type { Alert } from './webhook.ts'

export interface Rule {
  /** Labels that an alert must carry, `alertname` among them. */
  match: Record<string, string>
  action: 'restart'
}

/** What the responder does about which alert. The target is the replica that the alert's labels name. */
export const policy: readonly Rule[] = [{ match: { alertname: 'ServiceDown' }, action: 'restart' }]

export interface Decision {
  action: 'restart' | 'none'
  /** A replica, for example "store-1". */
  target: string
  service: string
  reason: string
}

/** Names that may be passed on to the control API; whatever else an alert's labels hold goes no further than the log. */
const NAME = /^[a-z][a-z0-9-]{0,62}$/

export function decide(alert: Alert, rules: readonly Rule[] = policy): Decision {
  const { service = '', instance = '' } = alert.labels
  const none = (reason: string): Decision => ({ action: 'none', target: '', service: '', reason })
  const rule = rules.find(({ match }) => Object.entries(match).every(([label, value]) => alert.labels[label] === value))
  if (rule === undefined) return none(`no rule of the policy matches ${alert.name}`)
  if (!NAME.test(service) || !NAME.test(instance)) {
    return none('its labels "service" and "instance" do not name a replica')
  }
  return { action: rule.action, service, target: instance, reason: `policy: ${rule.action} on ${alert.name}` }
}
