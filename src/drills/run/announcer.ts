import type { LiftedFault } from '../journal/schema/fault.ts'
import type { Stage } from '../journal/schema/stage.ts'
import { readExpectations } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { readStages } from '../judge/stages.ts'
import { stepEvents } from '../method/step-events.ts'
import type { DrillEvent } from './run-event.ts'

/**
 * How long what has happened is kept back, in milliseconds, so that it is told in the order in which it happened: other sources
 * know of what was before it only at their next look.
 */
const HOLD_MS = 500

/** A time that differs by less, in milliseconds, is shown as the same. */
const SHOWN_MS = 10

interface News {
  /** Epoch milliseconds. */
  atMs: number
  key: string
  event: DrillEvent
}

/** Tells each stage, step and expectation once, as soon as it is known; a stage that turns out to be otherwise, again. */
export class Announcer {
  readonly #emit: (event: DrillEvent) => void
  /** When it was, of what was told. */
  readonly #told = new Map<string, number>()
  readonly #expectations = new Set<number>()
  readonly #lifted: (LiftedFault & { fault: string })[] = []

  constructor(emit: (event: DrillEvent) => void) {
    this.#emit = emit
  }

  /** A fault was lifted: it is told in its turn. */
  lifted(fault: string, lifted: LiftedFault): void {
    this.#lifted.push({ fault, ...lifted })
  }

  /** Tells what is new, in the order in which it happened. */
  tell(facts: Facts): void {
    this.#tellUpTo(facts, facts.nowMs - HOLD_MS)
    for (const [index, expectation] of readExpectations(facts).entries()) {
      // What holds trivially may cease to: it is told at the end.
      if (!expectation.met || expectation.atMs === null || this.#expectations.has(index)) continue
      this.#expectations.add(index)
      this.#emit({ kind: 'expectation', expectation })
    }
  }

  /** Tells the rest. */
  finish(facts: Facts): void {
    this.#tellUpTo(facts, Number.POSITIVE_INFINITY)
    for (const [index, expectation] of readExpectations(facts).entries()) {
      if (!this.#expectations.has(index)) this.#emit({ kind: 'expectation', expectation })
    }
  }

  #tellUpTo(facts: Facts, untilMs: number): void {
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
      if ((atMs > untilMs && key !== 'injected') || isShownAs(this.#told.get(key), atMs, zeroMs)) continue
      this.#told.set(key, atMs)
      this.#emit(event)
    }
  }

  #newsOf(stage: Stage, zeroMs: number): News[] {
    const { atMs, name } = stage
    if (atMs === null) return []
    const toldMs = this.#told.get(name)
    return [
      {
        atMs,
        key: name,
        event: { kind: 'stage', stage, ...(toldMs === undefined ? {} : { before: toldMs - zeroMs }) },
      },
    ]
  }

  #takeBack(stage: Stage, zeroMs: number): void {
    const toldMs = this.#told.get(stage.name)
    if (toldMs === undefined) return
    this.#told.delete(stage.name)
    this.#emit({ kind: 'stage', stage, before: toldMs - zeroMs })
  }
}

/**
 * Whether a stage's time will hardly change, and nothing before it is still to be told: Alertmanager tells better than Prometheus
 * when an alert fired, and whether the steady state is back is known long after an alert has ended.
 */
function isSettled({ name }: Stage, stages: readonly Stage[]): boolean {
  const isKnown = (wanted: Stage['name']) => stages.some((one) => one.name === wanted && one.atMs !== null)
  if (name === 'firing') return isKnown('notified') || isKnown('received')
  return name === 'resolved' ? isKnown('good again') : true
}

function isShownAs(toldMs: number | undefined, atMs: number, zeroMs: number): boolean {
  const shown = (ms: number) => Math.round((ms - zeroMs) / SHOWN_MS)
  return toldMs !== undefined && shown(toldMs) === shown(atMs)
}
