import type { Part } from '../part.ts'

/** Which alerts hold back which others. */

/** While the source fires, no notification is sent for the targets: they report the same problem, further away from its cause. */
export interface Inhibition {
  readonly why: string
  readonly source: readonly string[]
  readonly target: readonly string[]
  /** Labels in which the two must agree. */
  readonly equal?: readonly string[]
}

/** Which alert holds back which others. Matchers are Alertmanager's. */
export function inhibitions(parts: readonly Pick<Part, 'name' | 'kind' | 'dependsOn'>[]): Inhibition[] {
  const using = (store: string) =>
    parts
      .filter(({ kind, dependsOn }) => kind === 'service' && dependsOn.includes(store))
      .map(({ name }) => name)
      .join('|')
  return [
    {
      why: 'A dead service need not also page for its latency, its errors, its probe or its silence.',
      source: ['alertname="ServiceUnsettled"'],
      target: ['alertname!~"Service.+|DatabaseDown|CacheDown|ProxyDown|Watchdog"'],
      equal: ['service'],
    },
    {
      why: 'Without its database a service fails in every way but one: its process is alive.',
      source: ['alertname="ServiceUnsettled"', 'service="postgres"'],
      target: [`service=~"${using('postgres')}"`, 'alertname!~"Service.+|EventLoopBlocked"'],
    },
    {
      why: 'Without the way to their stores services fail as without the stores themselves.',
      source: ['alertname="ServiceUnsettled"', 'service="proxy"'],
      target: [`service=~"${using('proxy')}"`, 'alertname!~"Service.+|EventLoopBlocked"'],
    },
    {
      why: 'A store that does not answer may keep its exporter waiting.',
      source: ['alertname="ServiceUnsettled"', 'service="postgres"'],
      target: ['alertname="ExporterDown"', 'service="postgres-exporter"'],
    },
    {
      why: 'Without a cache there is nothing to hit, and every read goes the long way.',
      source: ['alertname="ServiceUnsettled"', 'service="redis"'],
      target: [`service=~"${using('redis')}"`, 'alertname=~"CacheHitRateLow|APIHighLatency|PoolExhausted"'],
    },
    {
      why: 'A cache that does not answer may keep its exporter waiting.',
      source: ['alertname="ServiceUnsettled"', 'service="redis"'],
      target: ['alertname="ExporterDown"', 'service="redis-exporter"'],
    },
    {
      why: 'Of one error rate, the worse news is enough.',
      source: ['alertname=~"CriticalErrorRate|APIErrorRateHigh"'],
      target: ['alertname=~"HighErrorRate|ErrorCount"'],
      equal: ['service'],
    },
    {
      why: 'Nothing can be handed to an Alertmanager that is down.',
      source: ['alertname="AlertmanagerDown"'],
      target: ['alertname="PrometheusNotificationsFailing"'],
    },
  ]
}
