import type { Journal } from './journal.ts'
import type { Verdict } from './schema/outcome.ts'

/** How a figure is spread over repeated runs, in milliseconds. */
export interface Spread {
  /** Runs that have the figure. */
  count: number
  minMs: number
  medianMs: number
  p90Ms: number
  maxMs: number
}

/** What repeated runs of one drill came to. */
export interface Repetition {
  title: string
  file: string
  runs: number
  verdicts: Partial<Record<Verdict, number>>
  /** injected → received; null when no run has it. */
  mttd: Spread | null
  /** injected → repaired. */
  mttr: Spread | null
}

/** One entry a drill, in the order in which they first ran. */
export function summarizeRepetitions(journals: readonly Journal[]): Repetition[] {
  const byFile = new Map<string, Journal[]>()
  for (const journal of journals) {
    const runs = byFile.get(journal.drill.file)
    if (runs === undefined) byFile.set(journal.drill.file, [journal])
    else runs.push(journal)
  }
  return [...byFile].map(([file, runs]) => {
    const verdicts: Repetition['verdicts'] = {}
    for (const { verdict } of runs) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    return {
      title: runs[0]?.drill.title ?? '',
      file,
      runs: runs.length,
      verdicts,
      mttd: spread(runs.map(({ mttdMs }) => mttdMs)),
      mttr: spread(runs.map(({ mttrMs }) => mttrMs)),
    }
  })
}

/** Null values are left out. Percentiles are values that occurred (nearest rank), but the median of an even count is the mean. */
export function spread(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  const [min] = sorted
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) return null
  const at = (index: number) => sorted[index] ?? max
  const middle = Math.floor(sorted.length / 2)
  return {
    count: sorted.length,
    minMs: min,
    medianMs: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    p90Ms: at(Math.ceil(sorted.length * 0.9) - 1),
    maxMs: max,
  }
}
