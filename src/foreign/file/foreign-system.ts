import type { AlertSettings } from '../../drills/evidence/alerts/alert-scope.ts'
import type { Safety } from '../../drills/safety/safety.ts'
import type { ClusterPlace } from '../../kubernetes/open-cluster.ts'
import type { WorkloadPlace } from '../../kubernetes/workload-place.ts'
import { hasLabels, type Labels } from '../../probes/prometheus.ts'
import type { ReceiverPlace } from '../../receiver/open-receiver.ts'
import type { Allowance, PodPrograms } from './kubernetes/pod-programs.ts'

/** firedrill.yaml, read: validated, paths absolute, defaults filled in. */
export interface ForeignSystem {
  file: string
  name: string
  prometheus: PrometheusMonitoring
  alertmanager: Monitoring
  /** Clocks that the monitoring does not show, as the file states them. */
  clocks: StatedClocks
  /** Where copies of the notifications are received. */
  receiver?: ReceiverPlace
  /** Which of its alerts are about this system. */
  alerts: AlertSettings
  services: readonly ForeignService[]
  /** What it demands of every run. */
  safety: Safety
  /** Connections that the fault proxy stands in. */
  links: readonly ForeignLink[]
  /** Services of Kubernetes that it comes before for the time of a fault. */
  serviceLinks: readonly ServiceLink[]
  /** The fault proxy of those links. */
  proxy: FaultProxyAccess
}

/** A connection that the fault proxy stands in: it listens, and connects to the upstream. Both are "host:port". */
export interface ForeignLink {
  name: string
  listen: string
  upstream: string
}

/** A link that is a Service of Kubernetes: the fault proxy comes before its pods for the time of a fault. */
export interface ServiceLink {
  name: string
  cluster: ClusterPlace
  namespace: string
  /** Name of the Service. */
  service: string
  /** What faults are otherwise refused to do to it. */
  allow?: readonly Allowance[]
  /** Programs of ours in the cluster. */
  programs?: PodPrograms
}

/** Where the fault proxy is controlled. */
export interface FaultProxyAccess {
  url: string
  /** Environment variable that holds its token. */
  tokenFrom?: string
}

/** Prometheus or Alertmanager of the system. */
export interface Monitoring {
  url: string
  /** URLs of its replicas, or of the other members of its cluster. */
  replicas?: readonly string[]
  /** The cluster whose API server the URL leads through. */
  through?: ClusterPlace
  /** Environment variable that holds its bearer token. */
  tokenFrom?: string
  /** Headers of each request, and where their values are. */
  headersFrom?: Readonly<Record<string, HeaderSource>>
}

/** Name of an environment variable, or the absolute path of a file that only its owner can read. */
export type HeaderSource = string | { file: string }

export interface PrometheusMonitoring extends Monitoring {
  /** URLs of those who evaluate the rules, where others than those who answer queries do that: vmalert, a ruler. */
  rules?: readonly string[]
}

/** In milliseconds. */
export interface StatedClocks {
  scrapeMs?: number
  evaluationMs?: number
  groupWaitMs?: number
}

export interface ForeignService {
  name: string
  /** In order: replica `name-1` listens at the first URL. Of a workload: where users reach it, if that is known. */
  urls: readonly URL[]
  /** Path that answers 2xx when a replica is ready; without it any answer counts as ready. */
  health?: string
  /** How Prometheus names its targets; without them they are found by `instance`. */
  labels?: Labels
  /** Replicas that must stay healthy while faults are in force. */
  quorum?: number
  run: Run
  /** Folder that faults may fill, as the service itself names it. */
  disk?: string
}

/** Who runs a service, and so how it can be killed, stopped and started. */
export type Run =
  /** One for each URL. */
  | { kind: 'process'; processes: readonly ForeignProcess[] }
  /** One for each URL. */
  | { kind: 'systemd'; units: readonly SystemdUnit[] }
  | { kind: 'compose'; project: string; service: string }
  | WorkloadRun
  /** The file does not say it: the service can be observed and loaded, but not started, stopped or killed. */
  | { kind: 'unknown' }

/** A workload of Kubernetes: its pods are the replicas. */
export interface WorkloadRun {
  kind: 'kubernetes'
  cluster: ClusterPlace
  workload: WorkloadPlace
  /** The container of its pods that counts. Default: the first one. */
  container?: string
  /** What faults are otherwise refused to do to it. */
  allow?: readonly Allowance[]
  /** Others scale it as part of the system. */
  autoscaled?: boolean
  /** Programs of ours in its pods. */
  programs?: PodPrograms
  /** Name of the Service before it. */
  service?: string
  /** URL of that Service through the API server, with a slash at its end. */
  proxied?: string
}

/** A unit of systemd: of the system, or one of this user's own. */
export interface SystemdUnit {
  name: string
  user: boolean
}

export type Command = readonly [string, ...string[]]

export interface ForeignProcess {
  /** Where its pid is found. */
  known: { by: 'pidFile'; path: string } | { by: 'port'; port: number }
  /** What the process that is found there must be; without it any process is taken. */
  is?: ProcessFacts
  start: Command
  stop?: Command
  cwd: string
  /** Added to the environment of this process. */
  env: Readonly<Record<string, string>>
  log?: string
}

/** What identifies a program that runs, besides where its pid is found. */
export interface ProcessFacts {
  /** Name of its executable, or its absolute path. */
  program?: string
  /** Name or number of the user that it runs as. */
  user?: string | number
  /** Its working folder. */
  folder?: string
}

/** The labels of a service's targets in Prometheus: a target belongs to the service if it has all labels of one entry. */
export function targetLabelsOf({ labels, urls }: Pick<ForeignService, 'labels' | 'urls'>): Labels[] {
  return labels === undefined ? urls.map(({ host }) => ({ instance: host })) : [labels]
}

export function isTargetOf(service: Pick<ForeignService, 'labels' | 'urls'>, target: Labels): boolean {
  return targetLabelsOf(service).some((wanted) => hasLabels(target, wanted))
}
