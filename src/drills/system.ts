import type { ClientCount } from '../load/figures/client-counts.ts'
import type { LoadFigures } from '../load/result/result.ts'
import type { IncidentView } from '../probes/incident-view.ts'
import type { ProbeAccess, ProbeDoor, PrometheusAccess } from '../probes/json.ts'
import type { Labels } from '../probes/prometheus.ts'
import type { ReceivedAlert } from '../probes/received-alert.ts'
import type { EndingReplica, RuntimeEvent, ServiceStatus, Target } from '../runtimes/runtime.ts'
import type { Timing } from '../stack/profile.ts'
import type { AlertSettings } from './evidence/alerts/alert-scope.ts'
import type { InjectedFault, LiftedFault } from './journal/schema/fault.ts'
import type { Safety } from './safety/safety.ts'

/** What a drill needs of the stack that is up. The control server answers it over HTTP; all times are epoch milliseconds. */
export interface SystemUnderDrill {
  describe(): Promise<SystemDescription>
  /** Resolves when the fault has landed, or is believed not to have. */
  inject(request: InjectRequest): Promise<InjectedFault>
  /** How long that may take, in milliseconds. Default: half a minute. */
  readonly injectsWithinMs?: number
  /** Undoes a fault. Safe to call twice; `changed` is false when there was nothing left to undo. */
  lift(id: string): Promise<LiftedFault>
  /** Ends, or undoes, what this run has injected and that has not landed yet. Missing where the faults of others would end with it. */
  endBeginning?(): Promise<void>
  /** Lifts every fault there is; returns how many. */
  clearFaults(): Promise<number>
  /** The faults that are in force, by id. */
  activeFaults(): Promise<{ id: string; fault: string; service: string }[]>
  /** What was a replica and is not gone yet, which monitoring may still scrape. Missing where replicas are gone when they have ended. */
  ending?(): Promise<EndingReplica[]>
  /** Restarts a service with settings changed; `null` takes one back to its default. Resolves when it is healthy. */
  configure(service: string, settings: Readonly<Record<string, string | null>>): Promise<void>
  scale(service: string, replicas: number): Promise<void>
  restart(target: Target): Promise<void>
  /** How long these two may take, in milliseconds. Default: a minute. */
  readonly changesWithinMs?: number
  /**
   * Counts what became of the load's requests to a service since the last time, for an objective that is measured at its users.
   * Missing where the system keeps no such counters.
   */
  reportRequests?(service: string, requests: readonly ClientCount[]): Promise<void>
  /** Shows the figures of a drill's load to those who watch the system. It never waits and never fails; missing where they cannot be shown. */
  reportLoad?(figures: LoadFigures, of: { drill: string; ended: boolean }): void
  /**
   * Call this before a change: from then on the system takes it back by itself when this process is gone.
   */
  lease(service: string, takeBack: TakeBack): Promise<Lease>
  /** Runtime events after `afterSequence`, oldest first. */
  events(afterSequence: number): Promise<RuntimeEvent[]>
  /** The responder's log, folded: one entry an incident, oldest first. */
  incidents(): Promise<IncidentView[]>
  /**
   * Alerts of which a copy of a notification has arrived since that moment, in epoch milliseconds. Missing where nothing receives copies.
   */
  received?(sinceMs: number, signal: AbortSignal): Promise<readonly ReceivedAlert[]>
  /** What the responder would not repair now, since it did so as often as its policy allows. */
  limits(): Promise<UsedUpLimit[]>
}

/** Settings as they are to be again (`null`: their default), or the number of replicas. */
export type TakeBack = { settings: Record<string, string | null> } | { replicas: number }

/** Lasts for as long as this process does. Neither rejects. */
export interface Lease {
  /** The change is taken back. */
  settle(): Promise<void>
  /** It could not be taken back: the system must do it, as if this process were gone. */
  drop(): void
}

export interface SystemDescription {
  stackId: string
  runtime: string
  profile: string
  versions: Record<string, string>
  /** Base URLs. A system without a responder has no incidents. */
  endpoints: { prometheus: string; alertmanager: string; responder?: string }
  /** How the monitoring is asked. */
  access?: {
    prometheus: PrometheusAccess
    alertmanager: ProbeAccess
    /** The ways to services that their URLs alone do not lead to, by name. */
    doors?: Readonly<Record<string, ProbeDoor>>
  }
  /** What the monitoring does not show of itself, and what follows from that, in sentences. */
  unknown?: readonly string[]
  /** The monitoring's clocks, where they are those of no profile. */
  timing?: Timing
  /**
   * Labels of each service's targets in Prometheus, where those are not the label `service`: a target is the service's that has
   * all of one entry. A drill ignores targets that match no service.
   */
  targets?: Readonly<Record<string, readonly Labels[]>>
  /** What the system demands of every run on it; missing on a stack of ours. */
  safety?: Safety
  /** Which alerts are of the system, where others share its monitoring. */
  alerts?: AlertSettings
  services: ServiceStatus[]
  /** Processes on this machine that the system consists of besides its replicas, with all that descends from them. */
  pids?: readonly number[]
  /** Sequence number of the latest runtime event. */
  lastSequence: number
}

export interface InjectRequest {
  fault: string
  target: Target
  params: Record<string, unknown>
  /** The dead-man time, kept at the target. */
  forMs: number
}

export interface UsedUpLimit {
  /** `*` for everything. */
  service: string
  /** Replica or service; `*` for everything. */
  target: string
  detail: string
  /** When one more repair is allowed. */
  untilMs: number
}
