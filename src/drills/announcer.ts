import { readExpectations } from './expectation-results.ts'
import type { Facts } from './facts.ts'
import type { DrillEvent } from './run-event.ts'
import { readStages } from './stages.ts'

/** Tells each stage and each expectation once, as soon as it is known. */
export class Announcer {
  readonly #emit: (event: DrillEvent) => void
  readonly #stages = new Set<string>()
  readonly #expectations = new Set<number>()

  constructor(emit: (event: DrillEvent) => void) {
    this.#emit = emit
  }

  /** Tells what is new. What is told together is told in the order in which it happened. */
  tell(facts: Facts): void {
    const known = readStages(facts).flatMap((stage) => (stage.atMs === null ? [] : [{ ...stage, atMs: stage.atMs }]))
    for (const stage of known.sort((a, b) => a.atMs - b.atMs)) {
      if (this.#stages.has(stage.name)) continue
      this.#stages.add(stage.name)
      this.#emit({ kind: 'stage', stage })
    }
    for (const [index, expectation] of readExpectations(facts).entries()) {
      // What holds trivially may cease to: it is told at the end.
      if (!expectation.met || expectation.atMs === null || this.#expectations.has(index)) continue
      this.#expectations.add(index)
      this.#emit({ kind: 'expectation', expectation })
    }
  }

  /** Tells the rest. */
  finish(facts: Facts): void {
    this.tell(facts)
    for (const [index, expectation] of readExpectations(facts).entries()) {
      if (!this.#expectations.has(index)) this.#emit({ kind: 'expectation', expectation })
    }
  }
}
