import { formatDuration } from '../../base/units/duration.ts'
import { contradictions } from '../clocks/rule-clocks.ts'
import { whyNoAlert } from '../clocks/why-no-alert.ts'
import { alertText, type WantedAlert } from '../evidence/expected.ts'
import { type Drill, watchMs } from '../file/drill.ts'
import { targetOf } from '../file/method-step.ts'
import { type PlanContext, whyRefused } from '../plan-context.ts'
import { abortText } from './safety.ts'

/** Why a drill cannot be run on such a system without doing what the system forbids; empty when it can. */
export function whyUnsafe(drill: Drill, context: PlanContext): string[] {
  const { safety } = context
  if (safety === undefined) return []
  const { abortWhen, onlyIf, maxDurationMs } = safety
  const longestMs = watchMs(drill)
  return [
    ...abortWhen.flatMap((condition) => {
      const never = 'alert' in condition ? whyNoAlert(condition.alert, context) : whyRefused(condition.metric, context)
      if (never !== undefined) return [`abortWhen: ${abortText(condition)} could never end a run: ${never}`]
      const expected = 'alert' in condition ? expectedLike(condition.alert, drill) : undefined
      return expected === undefined
        ? []
        : [`abortWhen: it expects ${alertText(expected)}, and ${abortText(condition)} ends every run`]
    }),
    ...onlyIf.flatMap((condition) => {
      const never = 'metric' in condition ? whyRefused(condition.metric, context) : undefined
      return never === undefined ? [] : [`onlyIf: ${never}`]
    }),
    ...(maxDurationMs === undefined || longestMs <= maxDurationMs
      ? []
      : [
          `maxDuration: it may watch for ${formatDuration(longestMs)} from its first step, and the system allows ${formatDuration(maxDurationMs)} in all`,
        ]),
    ...quorums(drill, context),
  ]
}

/** The alert that the drill expects and that the condition would take for a reason to abort. */
function expectedLike(wanted: WantedAlert, { expectations }: Drill): WantedAlert | undefined {
  return expectations
    .flatMap(({ alert }) => alert ?? [])
    .find(({ alert, labels }) => alert === wanted.alert && contradictions(labels, wanted.labels).length === 0)
}

/** Services without a replica that could be spared. */
function quorums({ method }: Drill, { services }: PlanContext): string[] {
  const targets = new Set(method.flatMap((step) => targetOf(step)?.service ?? []))
  return services.flatMap(({ name, maxReplicas, quorum = 0 }) =>
    targets.has(name) && maxReplicas - 1 < quorum
      ? [`quorum: ${name} has ${maxReplicas} of the ${quorum} replicas that must stay, so nothing can be done to it`]
      : [],
  )
}
