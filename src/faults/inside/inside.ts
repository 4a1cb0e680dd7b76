import type { Static, TObject } from 'typebox'
import type { FaultDefinition } from '../fault.ts'
import type { Where } from './where.ts'

/** What a fault may do inside a service, in the service's own process. */
export interface Inside {
  /** The same numbers in [0, 1) for the same seed. */
  random(): number
  /**
   * Lets `act` have its way with every matching request, behind the metrics and before the route's own handler.
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
  /** Aborted when the fault is over, whatever ended it. */
  readonly signal: AbortSignal
}

/** One request under way, while a fault has it. */
export interface Exchange {
  /** Sleeps; less when the fault is over or the client goes away. */
  sleep(ms: number): Promise<void>
  /** Answers in the place of the route's handler, with a problem document. */
  fail(status: number, message: string): void
  /** Cuts the connection. */
  abort(): void
  /** Sends, in the place of the response's body, what this makes of it. The length that was announced stays. */
  rewrite(body: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): void
}

/** What a fault inside a service has begun. */
export interface Effect {
  /** Proof that the service has of itself; a fault that is proved from outside has none. */
  proof?: { landed: boolean; proof: string }
  /** Puts everything back; interceptions and obstructions end by themselves. */
  end?(): void | Promise<void>
}

/** A request that a fault is told to treat as one of its own, sent by control to see what comes of it. */
export interface Probe {
  status: number
  body: string
  tookMs: number
}

/** What control may do to see that the fault took effect. Each rejects when the target does not answer. */
export interface Prober {
  /** A request that only this fault touches, whatever its share. */
  touched(): Promise<Probe>
  /** The same, left alone by every fault. */
  untouched(): Promise<Probe>
  /** Any other path of the target. */
  get(path: string): Promise<Probe>
}

/** A fault with a part that runs inside the service. */
export interface InsideFault<P extends TObject = TObject> extends FaultDefinition<P> {
  /** Runs in the service. Resolves when the effect is there. */
  begin(inside: Inside, params: Static<P>): Effect | Promise<Effect>
}
