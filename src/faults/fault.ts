import type { Static, TObject } from 'typebox'
import type { Need } from './needs.ts'

/** What a fault may do to its target: the slice of the runtime that faults use. All acts are done in the name of `fault`. */
export interface Subject {
  readonly service: string
  /** Replica id, for example "store-1". */
  readonly replica: string
  /** Process id while the replica runs. */
  pid(): number | undefined
  /** What the runtime takes the replica for: healthy, paused, exited … ; `undefined` once it is scaled away. */
  state(): string | undefined
  /** Whether its host says that it stands still; `undefined` where that is to be seen in this machine's processes. */
  halted?(): boolean | undefined
  /** How many replicas the whole service has. */
  replicas(): number
  /** Sends a signal to the process. Needs `canKill`. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Resolves when healthy; nothing happens to what runs. */
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
   * Puts rules, as a rule file of Prometheus, beside those that the part has, or takes them away again (`undefined`), and has
   * its configuration read anew. Needs `rules`.
   */
  loadRules(name: string, yaml: string | undefined): Promise<void>
  /**
   * Sends a request, with the stack's fault token, to the replica, or to the first replica of another part (`part`), and
   * waits for the whole answer. Rejects when there is none.
   */
  request(request: SubjectRequest): Promise<SubjectAnswer>
}

export interface SubjectRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: object
  /** Default: the target itself. */
  part?: string
  /** For what is no fault endpoint: the stack's fault token is nothing for others to see. */
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

/** What is told of one injection besides its parameters. */
export interface Injection {
  /** Unique; names the fault at its target. */
  id: string
  /** The dead man's limit, in milliseconds. */
  forMs: number
  /** Of all that is random in the fault: 32 bits, unsigned. */
  seed: number
}

/** Proof, taken from the target, that the fault took effect, or why it is believed that it did not. */
export interface Landing {
  landed: boolean
  /** Epoch milliseconds at which the effect was seen. */
  atMs: number
  /** What was seen, for people: "pid 4711 is gone". */
  proof: string
}

export interface Undone {
  /** False when there was nothing to undo: somebody had repaired the target. */
  changed: boolean
  detail: string
}

/** A fault that has been injected. */
export interface RunningFault {
  /** Epoch milliseconds at which the injection was acknowledged by the target's kernel or API. */
  injectedAtMs: number
  landing: Landing
  /**
   * For a fault that its target holds under a lease: renews it. Called twice a second while the fault is to last, so that
   * it ends by itself when nobody does any more. False when the target no longer knows the fault; rejects when it cannot
   * be reached.
   */
  renew?(): Promise<boolean>
  /** Puts back what the fault did, if nobody has yet. Safe to call twice. */
  undo(): Promise<Undone>
}

export interface FaultDefinition<P extends TObject = TObject> {
  readonly name: string
  /** One line for `--help` and the reference. */
  readonly summary: string
  /** Parameters with units, bounds and defaults. */
  readonly params: P
  readonly needs: readonly Need[]
  /** Of two at once on a service each would put back what it found, the other's doing: a second one is refused. */
  readonly alone?: true
  /** What it does to the machine that the target runs on, and so to all that runs there. Default: nothing. */
  readonly machine?: string
  /** While it lasts, its target answers nothing and receives nothing. Default: it answers, or is started again at once. */
  readonly silences?: true
  /** Threads that it keeps busy: all faults together have a bound. Default: none. */
  threads?(params: Static<P>): number
  /** Resolves when it is known whether the fault landed. Rejects only when nothing was done to the target. */
  start(subject: Subject, params: Static<P>, injection: Injection): Promise<RunningFault>
}

/** Types a fault; its file, its test and one line in `faults.ts` are all there is to adding one. */
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
