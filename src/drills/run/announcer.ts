import { defined } from '../../base/defined.ts'
import type { LiftedFault } from '../journal/schema/fault.ts'
import type { Stage } from '../journal/schema/stage.ts'
import { readExpectations } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { readStages } from '../judge/stages.ts'
import { stepEvents } from '../method/step-events.ts'
import type { DrillEvent } from './run-event.ts'

/** Reports what happens in a run while it goes on. */

/**
 * How long an event is kept back, in milliseconds, so that events come out in the order in which they happened: other sources know
 * what was before it only at their next look.
 */
const HOLD_MS = 500

/** A time that differs by less, in milliseconds, is shown as the same. */
const SHOWN_MS = 10

/** Emits each stage, step and expectation once, as soon as it is known; a stage whose time turns out to be another, again. */
export class Announcer {
  readonly #emit: (event: DrillEvent) => void
  /** When each thing that was emitted happened, by its key. */
  readonly #emitted = new Map<string, number>()
  readonly #expectations = new Set<number>()
  readonly #lifted: (LiftedFault & { fault: string })[] = []

  constructor(emit: (event: DrillEvent) => void) {
    this.#emit = emit
  }

  /** A fault was lifted: this is emitted in its turn. */
  lifted(fault: string, lifted: LiftedFault): void {
    this.#lifted.push({ fault, ...lifted })
  }

  /** Emits what is new, in the order in which it happened. */
  announce(facts: Facts): void {
    this.#emitUpTo(facts, facts.nowMs - HOLD_MS)
    for (const [index, expectation] of readExpectations(facts).entries()) {
      // What holds trivially may cease to: it is emitted at the end.
      if (!expectation.met || expectation.atMs === null || this.#expectations.has(index)) continue
      this.#expectations.add(index)
      this.#emit({ kind: 'expectation', expectation })
    }
  }

  /** Emits the rest. */
  finish(facts: Facts): void {
    this.#emitUpTo(facts, Number.POSITIVE_INFINITY)
    for (const [index, expectation] of readExpectations(facts).entries()) {
      if (!this.#expectations.has(index)) this.#emit({ kind: 'expectation', expectation })
    }
  }

  #emitUpTo(facts: Facts, untilMs: number): void {
    const { zeroMs, steps } = facts
    const stages = readStages(facts)
    for (const stage of stages) if (stage.atMs === null) this.#takeBack(stage, zeroMs)
    const isLast = untilMs === Number.POSITIVE_INFINITY
    const news: News[] = [
      ...stages.flatMap((stage) => (isLast || isSettled(stage, stages) ? this.#newsOf(stage, zeroMs) : [])),
      ...stepEvents(steps, { zeroMs, injectedAtMs: stages[0]?.atMs ?? null }).map(({ atMs, event }) => {
        return { atMs, key: `${event.kind} ${event.step.index}`, event }
      }),
      ...this.#lifted.map(({ fault, changed, detail, liftedAtMs }, index) => {
        const event: DrillEvent = { kind: 'lifted', fault, changed, detail, sinceInjectedMs: liftedAtMs - zeroMs }
        return { atMs: liftedAtMs, key: `lifted ${index}`, event }
      }),
    ]
    for (const { atMs, key, event } of news.sort((a, b) => a.atMs - b.atMs)) {
      // Nothing comes before the injection.
      if ((atMs > untilMs && key !== 'injected') || isShownAs(this.#emitted.get(key), atMs, zeroMs)) continue
      this.#emitted.set(key, atMs)
      this.#emit(event)
    }
  }

  #newsOf(stage: Stage, zeroMs: number): News[] {
    const { atMs, name } = stage
    if (atMs === null) return []
    const emittedMs = this.#emitted.get(name)
    const before = emittedMs === undefined ? undefined : emittedMs - zeroMs
    return [{ atMs, key: name, event: { kind: 'stage', stage, ...defined({ before }) } }]
  }

  #takeBack(stage: Stage, zeroMs: number): void {
    const emittedMs = this.#emitted.get(stage.name)
    if (emittedMs === undefined) return
    this.#emitted.delete(stage.name)
    this.#emit({ kind: 'stage', stage, before: emittedMs - zeroMs })
  }
}

interface News {
  /** Epoch milliseconds. */
  atMs: number
  key: string
  event: DrillEvent
}

/**
 * Whether a stage's time will hardly change, and nothing before it is still missing: Alertmanager knows better than Prometheus when an
 * alert fired, and whether the steady state is back is known long after an alert has ended.
 */
function isSettled({ name }: Stage, stages: readonly Stage[]): boolean {
  const isKnown = (wanted: Stage['name']) => stages.some((stage) => stage.name === wanted && stage.atMs !== null)
  if (name === 'firing') return isKnown('notified') || isKnown('received')
  return name === 'resolved' ? isKnown('good again') : true
}

function isShownAs(emittedMs: number | undefined, atMs: number, zeroMs: number): boolean {
  const shown = (ms: number) => Math.round((ms - zeroMs) / SHOWN_MS)
  return emittedMs !== undefined && shown(emittedMs) === shown(atMs)
}
