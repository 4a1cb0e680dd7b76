import type { SettingsDefinition } from '../base/schema/settings.ts'

/** What a part of the stack is, and what it gets from the runtime that runs it. */

/** Where a part listens. */
export interface Address {
  host: string
  port: number
}

export function hostPort({ host, port }: Address): string {
  return `${host}:${port}`
}

/**
 * What a part's definition gets from the runtime that will run it. The native runtime answers with loopback ports and local
 * paths, Compose with service names and mounts.
 */
export interface Context {
  /** Where a part (its first replica) is reached from the part being described; "proxy/redis" is a listener of a part. */
  address(part: string): Address
  url(part: string): string
  /** Where the part being described must listen, or one of its listeners. */
  listen(listener?: string): Address
  /** A folder that is kept over restarts. */
  volume(name: string): string
  /** A folder that is emptied each time the stack comes up. */
  scratch(name: string): string
  /** The path of a rendered configuration file, or of a folder of them. */
  file(name: string): string
  /** Who restarts and scales replicas. Default: control. */
  readonly keeper?: 'control' | 'cluster'
  /** Id of this run of the stack, from `up` to `down`. */
  readonly run: string
  /** The value of a generated secret. */
  secret(name: SecretName): string
  /** The path of a file (mode 0600) that holds a secret. */
  secretFile(name: SecretName): string
}

/** Parts that take faults into their own process: each has a secret of its own for that, which opens none of the others. */
export const FAULTABLE = ['store', 'quotes', 'worker', 'proxy'] as const

export type Faultable = (typeof FAULTABLE)[number]

export type SecretName =
  | 'control'
  | 'responder'
  | 'maintenance'
  | 'webhook'
  | 'postgres'
  | 'redis'
  | 'grafana'
  | 'prometheus'
  | 'alertmanager'
  | 'exporters'
  | `faults-${Faultable}`

export function faultsSecret(part: Faultable): SecretName {
  return `faults-${part}`
}

/** The token with which a part takes faults; empty for a part that takes none. */
export function faultTokenOf(secrets: Readonly<Record<SecretName, string>>, part: string): string {
  const faultable = FAULTABLE.find((one) => one === part)
  return faultable === undefined ? '' : secrets[faultsSecret(faultable)]
}

/** How a part shows that it is ready for work. */
export type HealthCheck =
  | { kind: 'http'; path: string }
  | { kind: 'redis'; secret: SecretName }
  | { kind: 'postgres'; secret: SecretName; user: string; database: string }

export type RestartPolicy = 'always' | 'never'

/** What a part runs: a real component, one of Firedrill's own services, or a given command. */
export type Program = { component: string } | { serve: string } | { command: readonly [string, ...string[]] }

/** How one replica is started. */
export interface Launch {
  args: string[]
  env: Record<string, string>
}

/** What a part is for; also the label `kind` of its metrics. */
export type PartKind = 'service' | 'storage' | 'network' | 'monitoring' | 'responder'

/** One named part of the stack. Described once; every runtime and renderer derives from it. */
export interface Part {
  readonly name: string
  readonly kind: PartKind
  /** One line for people. */
  readonly summary: string
  readonly program: Program
  readonly preferredPort: number
  /** Further listeners by name, with the port that each prefers. For parts of one replica. */
  readonly listeners?: Readonly<Record<string, number>>
  /** Parts that must be healthy before this one starts. */
  readonly dependsOn: readonly string[]
  readonly health: HealthCheck
  /** The password that every path asks for, from the user `firedrill` (HTTP basic authentication). Absent: none. */
  readonly password?: SecretName
  /** `never` leaves a crash to the responder: that is what drills watch. */
  readonly restart: RestartPolicy
  /** It is restarted when it hangs: when no health check was answered for this long, in milliseconds. Absent: left as it is. */
  readonly restartWhenUnhealthyMs?: number
  /** How many replicas it can be scaled to. Default 1. */
  readonly maxReplicas?: number
  /** Longest wait for a graceful stop, in milliseconds, before SIGKILL. */
  readonly graceMs: number
  readonly stopSignal?: 'SIGTERM' | 'SIGINT'
  /** Observers stop before everything they observe, so that stopping the stack raises no alert. */
  readonly observer?: true
  /** Reached from outside of the stack, at any address: it asks each caller for a token. */
  readonly entry?: true
  /** Takes faults into its own process; the name of the secret that is needed for that. */
  readonly takesFaults?: true
  /** Path of its metrics and how often they are scraped; absent for parts without metrics. */
  readonly metrics?: { path: string; every: 'scrapeMs' | 'exporterScrapeMs' }
  /** The settings that can be changed while the stack is up; no others can. Default: none. */
  readonly settings?: SettingsDefinition
  launch(context: Context): Launch
  /** Path of the page that people open, if it has one. */
  readonly page?: string
}

/** A configuration file that a part reads. */
export interface ConfigFile {
  /** Relative path, for example "prometheus.yml". */
  readonly name: string
  /** The part that reads it: what `listen()` means while it is rendered. */
  readonly part: string
  /** Mode 0600 when it holds a secret. */
  readonly secret?: true
  render(context: Context): string
}

/** All parts and files of a stack. `externals`: addresses that the parts use and the runtime does not start (the control API). */
export interface Topology {
  readonly parts: readonly Part[]
  readonly files: readonly ConfigFile[]
  readonly externals: readonly string[]
}

/** The part of an address ("redis", "proxy/redis") with its preferred port; `undefined` when there is none. */
export function preferredPortOf(parts: readonly Part[], address: string): number | undefined {
  const [name, listener] = address.split('/')
  const part = parts.find((one) => one.name === name)
  return listener === undefined ? part?.preferredPort : part?.listeners?.[listener]
}

/** Names of everything that has metrics of its own. */
export function scrapedBy({ parts, externals }: Topology): string[] {
  return [...parts.filter(({ metrics }) => metrics !== undefined).map(({ name }) => name), ...externals]
}
