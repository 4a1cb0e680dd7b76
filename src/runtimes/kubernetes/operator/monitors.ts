import { promDuration } from '../../../base/units/duration.ts'
import type { Part, Topology } from '../../../stack/part.ts'
import type { Timing } from '../../../stack/profile.ts'
import { PROBER } from '../../../stack/render/discovery.ts'
import { probeOf } from '../manifests/endpoint-discovery.ts'
import {
  MAIN_PORT,
  type Manifest,
  PROBE_BY_TCP,
  PROMETHEUS_LABELS,
  secretName,
  selectorOf,
} from '../manifests/manifest.ts'
import { USER_KEY } from '../setup/part-secrets.ts'

/** What a Prometheus of the operator scrapes and probes. */

/** Those that it has itself. */
const ITS_OWN: readonly string[] = ['prometheus', 'alertmanager']
const API = 'monitoring.coreos.com/v1'

interface Where {
  labels: Readonly<Record<string, string>>
  namespace: string
}

/** A ServiceMonitor for each part with metrics, with the labels that the rules and dashboards ask for. Pure. */
export function serviceMonitorsOf({ parts }: Topology, timing: Timing, where: Where): Manifest[] {
  return parts
    .filter(({ name }) => !ITS_OWN.includes(name))
    .flatMap(({ name, metrics, password }) => {
      if (metrics === undefined) return []
      const interval = promDuration(timing[metrics.every])
      const endpoint = {
        port: MAIN_PORT,
        path: metrics.path,
        interval,
        scrapeTimeout: interval,
        ...loginWith(password),
        relabelings: [
          { sourceLabels: [`__meta_kubernetes_pod_label_${PROMETHEUS_LABELS.kind}`], targetLabel: 'kind' },
          // The operator's own is an address, which changes with each restart.
          { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' },
        ],
      }
      const spec = { selector: { matchLabels: selectorOf(name) }, endpoints: [endpoint] }
      return [{ apiVersion: API, kind: 'ServiceMonitor', metadata: { name, ...where }, spec }]
    })
}

/** A Probe for each part that is asked from outside, through the prober of the stack. Pure. */
export function probesOf({ parts }: Topology, timing: Timing, where: Where): Manifest[] {
  const prober = parts.find(({ name }) => name === PROBER)
  if (prober === undefined) return []
  const interval = promDuration(timing.exporterScrapeMs)
  const hostOf = ({ name, preferredPort }: Part) => `${name}.${where.namespace}.svc:${preferredPort}`
  return parts.flatMap((part) => {
    const probe = probeOf(part)
    if (probe === undefined) return []
    const isTcp = probe === PROBE_BY_TCP
    const spec = {
      prober: { url: hostOf(prober) },
      module: isTcp ? 'tcp_connect' : 'http_2xx',
      interval,
      scrapeTimeout: interval,
      ...loginWith(prober.password),
      targets: {
        staticConfig: {
          static: [isTcp ? hostOf(part) : `http://${hostOf(part)}${probe}`],
          labels: { probed: part.name },
          relabelingConfigs: [{ targetLabel: 'instance', replacement: part.name }],
        },
      },
    }
    return [{ apiVersion: API, kind: 'Probe', metadata: { name: part.name, ...where }, spec }]
  })
}

/** The user and password that a part asks for, from what setup has made. */
function loginWith(password: Part['password']): object {
  if (password === undefined) return {}
  const name = secretName('prometheus')
  return { basicAuth: { username: { name, key: USER_KEY }, password: { name, key: password } } }
}
