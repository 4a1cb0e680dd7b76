import { servicesOf } from '../file/method-step.ts'
import type { LiftedFault } from '../journal/schema/fault.ts'
import { type Attribution, attribute } from '../judge/attribution.ts'

import type { Repair } from './find-repair.ts'
import type { RunRemains } from './run-remains.ts'

/** Who repaired what a run has broken. */
export function attributeRun(
  run: RunRemains,
  { atMs: repairedAtMs, hit, away, neverLeft }: Repair,
): Attribution | NothingToRepair {
  const { facts, method, drill } = run
  const nothing = { repairedBy: null, evidence: 'there was nothing to repair' }
  if (facts === undefined || (neverLeft && hit.length === 0)) return nothing
  if (away.length > 0) return { repairedBy: 'nobody', evidence: awayText(away) }
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
    brokenAtMs: facts.observations.steady.firstBad?.knownAtMs ?? hit[0]?.endedAtMs ?? 0,
    injectedAtMs: facts.zeroMs,
    events: run.events,
    incidents: facts.observations.incidents,
    lifted: [...method.lifted.values(), ...takenBack(method, repairedAtMs)],
    goodAgainAtMs: repairedAtMs,
  })
}

/** "web-1 and web-2 were not ready again when the run ended" */
export function awayText(away: Repair['away']): string {
  const names = away.map(({ replica }) => replica).join(' and ')
  return `${names} ${away.length === 1 ? 'was' : 'were'} not ready again when the run ended`
}

/** Actions that were put back before the system was repaired: what they had done was lifted, as a fault is. */
function takenBack({ steps }: RunRemains['method'], repairedAtMs: number | null): LiftedFault[] {
  return steps.flatMap(({ kind, putBack }) =>
    kind === 'action' && putBack?.ok === true && repairedAtMs !== null && putBack.atMs <= repairedAtMs
      ? [{ liftedAtMs: putBack.atMs, changed: true, detail: putBack.detail }]
      : [],
  )
}

interface NothingToRepair {
  repairedBy: null
  evidence: string
}
