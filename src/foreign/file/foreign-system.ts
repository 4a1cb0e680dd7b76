import { hasLabels, type Labels } from '../../probes/prometheus.ts'

/** firedrill.yaml, read: validated, paths absolute, defaults filled in. */
export interface ForeignSystem {
  file: string
  name: string
  prometheus: Monitoring
  alertmanager: Monitoring
  services: readonly ForeignService[]
}

/** A part of the monitoring that is there. */
export interface Monitoring {
  url: string
  /** Environment variable that holds its bearer token. */
  tokenFrom?: string
}

export interface ForeignService {
  name: string
  /** In order: replica `name-1` listens at the first. */
  urls: readonly URL[]
  /** Path that answers 2xx when a replica is ready; without it any answer will do. */
  health?: string
  /** How Prometheus names its targets; without them they are known by `instance`. */
  labels?: Labels
  run: Run
}

/** Who runs a service, and so how it can be killed, stopped and started. */
export type Run =
  /** One for each URL. */
  | { kind: 'process'; processes: readonly ForeignProcess[] }
  | { kind: 'compose'; project: string; service: string }
  /** The file does not say: it can be looked at and loaded, and nothing can be done to it. */
  | { kind: 'unknown' }

export type Command = readonly [string, ...string[]]

export interface ForeignProcess {
  /** Where its pid is found. */
  known: { by: 'pidFile'; path: string } | { by: 'port'; port: number }
  start: Command
  stop?: Command
  cwd: string
  /** Beside the environment of this process. */
  env: Readonly<Record<string, string>>
  log?: string
}

/** The labels by which Prometheus knows a service's targets: a target is the service's that has all of one entry. */
export function targetLabelsOf({ labels, urls }: Pick<ForeignService, 'labels' | 'urls'>): Labels[] {
  return labels === undefined ? urls.map(({ host }) => ({ instance: host })) : [labels]
}

export function isTargetOf(service: Pick<ForeignService, 'labels' | 'urls'>, target: Labels): boolean {
  return targetLabelsOf(service).some((wanted) => hasLabels(target, wanted))
}
