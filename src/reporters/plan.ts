import { nameValues } from '../base/text/name-values.ts'
import { formatDuration } from '../base/units/duration.ts'
import type { Repetition, Spread } from '../drills/journal/distribution.ts'
import type { Plan, PlannedStep } from '../drills/plan.ts'

/** What a drill would do, for a terminal. */
export function planLines(plan: Plan): string[] {
  const { drill, profile, parameters, steadyState, load, steps, expectations, refusals, watchMs } = plan
  const set = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return [
    `${drill.title}  (${drill.file}, profile ${profile})`,
    ...(set.length === 0 ? [] : [`  parameters  ${set.join(' ')}`]),
    ...labelled('steady', steadyState),
    `  load        ${load}`,
    ...labelled(
      'method',
      steps.length === 0
        ? [`nothing: false alarms are watched for, for ${formatDuration(watchMs)}`]
        : steps.map(stepText),
    ),
    '  expected',
    ...expectations.map(({ text, withinMs, floor, impossible, tight }) => {
      const bound = withinMs === null ? '' : ` within ${formatDuration(withinMs)}`
      const costs = floor === null ? '' : `  floor ${formatDuration(floor.minMs)}–${formatDuration(floor.maxMs)}`
      const remark = impossible ?? tight
      const mark = impossible === undefined ? ' ' : '✘'
      return `  ${mark} ${text}${bound}${costs}${remark === undefined ? '' : `  (${remark})`}`
    }),
    ...refusals.map((reason) => `  cannot hold: ${reason}`),
  ]
}

/** With all that decides what it does: `at 2.00 s: latency store delay=300ms share=100%, for at most 1 min`. */
function stepText({ due, text, params, forMs }: PlannedStep): string {
  const given = nameValues(params)
  const lasts = forMs === null ? '' : `, for at most ${formatDuration(forMs)}`
  return `${due}: ${text}${given === '' ? '' : ` ${given}`}${lasts}`
}

/** How repeated runs came out, for a terminal. */
export function repetitionLines(repetitions: readonly Repetition[]): string[] {
  return repetitions.flatMap(({ title, runs, verdicts, mttd, mttr }) => [
    `${title}: ${runs} runs, ${Object.entries(verdicts)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(', ')}`,
    '                 n      min   median      p90      max',
    spreadLine('  detected', mttd),
    spreadLine('  repaired', mttr),
  ])
}

function spreadLine(name: string, spread: Spread | null): string {
  if (spread === null) return `${name.padEnd(14)}    0        –        –        –        –`
  const { count, minMs, medianMs, p90Ms, maxMs } = spread
  const cells = [minMs, medianMs, p90Ms, maxMs].map((ms) => `${(ms / 1_000).toFixed(2)} s`.padStart(9))
  return `${name.padEnd(14)} ${String(count).padStart(3)}${cells.join('')}`
}

function labelled(name: string, values: readonly string[]): string[] {
  return values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(11)} ${value}`)
}
