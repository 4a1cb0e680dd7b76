import type { Static, TObject } from '#typebox'
import type { FaultDefinition } from '../fault.ts'
import type { Where } from './where.ts'

/** What a fault may do inside a service, in the service's own process. */
export interface Inside {
  /** The same numbers in [0, 1) for the same seed. */
  random(): number
  /**
   * Calls `act` for every matching request, after the metrics and before the route's own handler.
   * @throws FD_FAULT_NO_ROUTE when no route matches
   */
  intercept(where: Where, act: (exchange: Exchange) => void | Promise<void>): void
  /**
   * Calls `act` before each call of a dependency of the service ("provider"); when it throws, so does the call.
   * @throws FD_FAULT_NO_ROUTE when the service has no such dependency
   */
  obstruct(dependency: string, act: (signal: AbortSignal) => Promise<void>): void
  /** A folder for files, emptied each time the stack comes up. */
  readonly folder: string
  /** Aborted when the fault is over, for any reason. */
  readonly signal: AbortSignal
}

/** One request that a fault is acting on. */
export interface Exchange {
  /** Sleeps; ends early when the fault is over or the client disconnects. */
  sleep(ms: number): Promise<void>
  /** Answers instead of the route's handler, with a problem document. */
  fail(status: number, message: string): void
  /** Cuts the connection. */
  abort(): void
  /** Replaces the response's body by what this function returns. The announced length stays. */
  rewrite(body: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): void
}

/** A fault that has begun inside a service. */
export interface Effect {
  /** Proof that the service itself has; left out where control proves the fault from outside. */
  proof?: { landed: boolean; proof: string }
  /** Puts everything back; interceptions and obstructions end by themselves. */
  end?(): void | Promise<void>
}

/** A request that control sends to see the effect: the fault must treat it as one of its own. */
export interface Probe {
  status: number
  body: string
  tookMs: number
}

/** The requests with which control sees that the fault took effect. Each rejects when the target does not answer. */
export interface Prober {
  /** A request that only this fault acts on, also when its share is small. */
  touched(): Promise<Probe>
  /** The same request, which no fault acts on. */
  untouched(): Promise<Probe>
  /** Any other path of the target. */
  get(path: string): Promise<Probe>
}

/** A fault with a part that runs inside the service. */
export interface InsideFault<P extends TObject = TObject> extends FaultDefinition<P> {
  /** Runs in the service. Resolves when the effect is there. */
  begin(inside: Inside, params: Static<P>): Effect | Promise<Effect>
}
