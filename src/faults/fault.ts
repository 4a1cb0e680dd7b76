import type { Static, TObject } from '#typebox'
import type { Beside } from './beside.ts'
import type { LinkSubject } from './link.ts'
import type { Need } from './needs.ts'
import type { WorkloadSubject } from './workload.ts'

/** What a fault may do to its target: the part of the runtime that faults use. Every act is recorded with the actor `fault`. */
export interface Subject {
  readonly service: string
  /** Replica id, for example "store-1". */
  readonly replica: string
  /** Process id while the replica runs. */
  pid(): number | undefined
  /** The state that the runtime reports: healthy, paused, exited … ; `undefined` once the replica is scaled away. */
  state(): string | undefined
  /** Whether its host says that it is frozen; `undefined` where this machine's own process list shows it. */
  halted?(): boolean | undefined
  /** How many replicas the whole service has. */
  replicas(): number
  /** Sends a signal to the process. Needs `canKill`. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Resolves when healthy. A replica that runs is left as it is. */
  start(): Promise<void>
  /** Resolves when stopped; it stays stopped, whatever its restart policy. */
  stop(): Promise<void>
  restart(): Promise<void>
  /** Needs `canPause`. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** The whole service. Needs `canScale`. */
  scale(replicas: number): Promise<void>
  /**
   * Adds a rule file to those of the part, or removes it again (`undefined`), and has Prometheus reload its configuration.
   * Needs `rules`.
   */
  loadRules(name: string, yaml: string | undefined): Promise<void>
  /**
   * Sends a request, with the stack's fault token, to the replica, or to the first replica of another part (`part`), and
   * waits for the whole answer. Rejects when there is none.
   */
  request(request: SubjectRequest): Promise<SubjectAnswer>
  /** Missing where faults run inside the target, and where its process is not one of this machine. */
  readonly beside?: Beside
  /** Where the replica is a pod of a workload of Kubernetes. */
  readonly workload?: WorkloadSubject
  /** Where the target is a link that is a Service of Kubernetes. */
  readonly link?: LinkSubject
}

export interface SubjectRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: object
  /** Default: the target itself. */
  part?: string
  /** For requests that do not go to a fault endpoint: no other program may see the stack's fault token. */
  withoutToken?: true
  /** Bound of the whole exchange, in milliseconds. Default 2000. */
  timeoutMs?: number
}

export interface SubjectAnswer {
  status: number
  body: string
  /** From sending to the last byte, in milliseconds. */
  tookMs: number
}

/** What is known of one injection besides its parameters. */
export interface Injection {
  /** Unique; names the fault at its target. */
  id: string
  /** The dead-man time, in milliseconds: after it the fault ends in any case. */
  forMs: number
  /** The seed of everything random in the fault: 32 bits, unsigned. */
  seed: number
  /**
   * Aborted when the fault is to be undone although it only begins. A start that takes long ends what it has begun then, and rejects
   * with the reason; one that takes no notice is undone once it has begun.
   */
  signal: AbortSignal
}

/** Proof, taken from the target, that the fault took effect, or why it seems that it did not. */
export interface Landing {
  landed: boolean
  /** Epoch milliseconds at which the effect was seen. */
  atMs: number
  /** What was seen, for people: "pid 4711 is gone". */
  proof: string
}

export interface Undone {
  /** False when there was nothing to undo: the target had been repaired already. */
  changed: boolean
  detail: string
}

/** A fault that has been injected. */
export interface RunningFault {
  /** Epoch milliseconds at which the injection was acknowledged by the target's kernel or API. */
  injectedAtMs: number
  landing: Landing
  /**
   * For a fault that its target holds under a lease: renews the lease. Called twice a second while the fault lasts, so that
   * the fault ends by itself when the calls stop. False when the target no longer knows the fault; rejects when it cannot
   * be reached.
   */
  renew?(): Promise<boolean>
  /** What it has changed stays when undoing fails: a workload of a cluster. Left out: it ends in any case, as what a process holds does. */
  lasts?: boolean
  /** Puts back what the fault did, if that has not been done. Safe to call twice. */
  undo(): Promise<Undone>
}

export interface FaultDefinition<P extends TObject = TObject> {
  readonly name: string
  /** One line for `--help` and the reference. */
  readonly summary: string
  /** Parameters with units, bounds and defaults. */
  readonly params: P
  readonly needs: readonly Need[]
  /** Where it can work from beside a target that takes no faults into itself: what it needs there instead. */
  readonly beside?: Need
  /** Whether it can be done to a workload of Kubernetes too, in a way of its own. What needs `workload` is done to nothing else. */
  readonly onWorkload?: true
  /** It takes a target of Prometheus away: the series of `up` ends, and does not go to 0. */
  readonly endsSeries?: true
  /** Two of them at once on a service would each put back what the other has done: the second one is refused. */
  readonly alone?: true
  /** How many replicas of the whole service it leaves. Default: all but the one that it is aimed at. */
  leaves?(params: Static<P>): number
  /** What it does to the target's machine, and so to every program there. Default: nothing. */
  readonly machine?: string
  /** While it lasts, its target answers nothing and receives nothing. Default: it answers, or is started again at once. */
  readonly silences?: true
  /** Threads that it keeps busy: all faults together have a bound. Default: none. */
  threads?(params: Static<P>): number
  /** Resolves when it is known whether the fault landed. Rejects only when nothing was done to the target. */
  start(subject: Subject, params: Static<P>, injection: Injection): Promise<RunningFault>
}

/** Types a fault. To add one: its file, its test and one line in `faults.ts`. */
export function defineFault<P extends TObject>(definition: FaultDefinition<P>): FaultDefinition<P> {
  return definition
}

/** Nothing could be seen of the fault. */
export function notLanded(proof: string): Landing {
  return { landed: false, atMs: Date.now(), proof }
}

export function landed(proof: string): Landing {
  return { landed: true, atMs: Date.now(), proof }
}
