import { defined } from '../../../base/defined.ts'
import { drillFloor } from '../../../drills/drill-floor.ts'
import type { Drill } from '../../../drills/file/drill.ts'
import type { MethodStep } from '../../../drills/file/method-step.ts'
import { targetOf } from '../../../drills/file/method-step.ts'
import { planDrill } from '../../../drills/plan.ts'
import type { PlanContext } from '../../../drills/plan-context.ts'
import { faults } from '../../../faults/faults.ts'
import type { Need } from '../../../faults/needs.ts'
import type { PlanView } from '../../contract.ts'

/** What a drill would do, for people who are about to run it. */
export function planView(drill: Drill, context: PlanContext): PlanView {
  const { steps, expectations, drill: named, parameters, ...plan } = planDrill(drill, context)
  const { timing } = context.profile
  return {
    ...plan,
    drill: { ...named },
    parameters: { ...parameters },
    steps: drill.method.map((step, index) => {
      const { text = '', due = '', params = {}, forMs = null, impossible } = steps[index] ?? {}
      return {
        text,
        due,
        params: { ...params },
        forMs,
        ...startOf(step),
        undo: undoOf(step),
        ...defined({ impossible }),
      }
    }),
    floor: drillFloor(drill, { timing, alertRules: context.alertRules, routing: context.routing }),
    expectations: expectations.map((expectation, index) => ({
      ...expectation,
      alert: drill.expectations[index]?.alert?.alert ?? null,
    })),
  }
}

function startOf(step: MethodStep): Pick<PlanView['steps'][number], 'kind' | 'startMs' | 'target'> {
  const target = targetOf(step)
  return {
    kind: step.kind,
    startMs: step.start.kind === 'at' ? step.start.atMs : null,
    target: target === undefined ? null : (target.replica ?? target.service),
  }
}

/** How a step is put back, in a sentence. */
function undoOf(step: MethodStep): string {
  if (step.kind === 'action') return UNDO_OF_ACTION[step.action.name] ?? 'There is nothing to put back.'
  const needs: readonly Need[] = faults[step.fault].needs
  const how = needs.map((need) => UNDO_BY_NEED[need]).find((text) => text !== undefined) ?? 'The target ends it.'
  return `${how} At the end of the run, or by itself when its time is over, also when the run is killed.`
}

const UNDO_BY_NEED: Partial<Record<Need, string>> = {
  canKill: 'The process is started again, if nothing else has started it.',
  canPause: 'The process continues.',
  canScale: 'There are as many replicas again as before.',
  inside: 'The service ends it in its own process.',
  link: 'The proxy passes everything on again.',
  rules: 'The rule is removed, and Prometheus reads its rules again.',
}

const UNDO_OF_ACTION: Readonly<Record<string, string>> = {
  configure: 'The settings are back at their defaults at the end of the run, also when the run is killed.',
  scale: 'There are as many replicas as before at the end of the run, also when the run is killed.',
}
