import { goodAgain } from '../evidence/evidence.ts'
import { servicesOf } from '../file/method-step.ts'
import type { LiftedFault } from '../journal/schema/fault.ts'
import { type Attribution, attribute } from '../judge/attribution.ts'

import type { RunRemains } from './run-remains.ts'

/** Who repaired what a run has broken. */
export function attributeRun(run: RunRemains, goodAgainAtMs: number | null): Attribution | NothingToRepair {
  const { facts, method, drill } = run
  const nothing = { repairedBy: null, evidence: 'there was nothing to repair' }
  if (facts === undefined || goodAgain(facts).kind === 'never left') return nothing
  const actions = method.steps.flatMap(({ index, kind, text, startedAtMs, endedAtMs, ok }) => {
    const step = drill.method.find((one) => one.index === index)
    if (kind !== 'action' || startedAtMs === null || !ok || step === undefined) return []
    return [{ text, services: servicesOf(step), startedAtMs, endedAtMs }]
  })
  const faults = facts.injected.map(({ step, askedAtMs }) => ({ ...step.target, injectedAtMs: askedAtMs }))
  if (faults.length === 0 && actions.length === 0) return nothing
  return attribute({
    faults,
    actions,
    brokenAtMs: facts.observations.steady.firstBad?.knownAtMs ?? 0,
    injectedAtMs: facts.zeroMs,
    events: run.events,
    incidents: facts.observations.incidents,
    lifted: [...method.lifted.values(), ...takenBack(method, goodAgainAtMs)],
    goodAgainAtMs,
  })
}

/** Actions that were put back before the steady state returned: what they had done was lifted, as a fault is. */
function takenBack({ steps }: RunRemains['method'], goodAgainAtMs: number | null): LiftedFault[] {
  return steps.flatMap(({ kind, putBack }) =>
    kind === 'action' && putBack?.ok === true && goodAgainAtMs !== null && putBack.atMs <= goodAgainAtMs
      ? [{ liftedAtMs: putBack.atMs, changed: true, detail: putBack.detail }]
      : [],
  )
}

interface NothingToRepair {
  repairedBy: null
  evidence: string
}
