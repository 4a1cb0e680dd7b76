import { Type } from '../base/schema/type.ts'
import { baselineErrors } from './errors.ts'
import { SLOWER } from './rule.ts'
import type { TimedRun } from './timed-run.ts'

/** Times of one drill over its runs. */
export interface DrillTimes {
  title: string
  file: string
  /** Of the drill file: another drill has other times. */
  sha256: string
  /** injected → received, a value a run, in the order of the runs; milliseconds. */
  detectedMs: number[]
  /** injected → repaired. */
  repairedMs: number[]
}

/** What `firedrill baseline save` writes. People commit it. */
export interface BaselineFile {
  kind: 'firedrill baseline'
  schemaVersion: 1
  profile: string
  runtime: string
  /** Start of the last run that it is made of, ISO 8601: runs after it are what is compared. */
  lastRunAt: string
  versions: Record<string, string>
  drills: DrillTimes[]
}

const times = Type.Array(Type.Number({ minimum: 0 }))

/** The form of the file. */
export const BASELINE_SCHEMA = Type.Object(
  {
    kind: Type.Literal('firedrill baseline'),
    schemaVersion: Type.Literal(1),
    profile: Type.String(),
    runtime: Type.String(),
    lastRunAt: Type.String(),
    versions: Type.Record(Type.String()),
    drills: Type.Array(
      Type.Object({
        title: Type.String(),
        file: Type.String(),
        sha256: Type.String(),
        detectedMs: times,
        repairedMs: times,
      }),
    ),
  },
  { additionalProperties: false },
)

/**
 * The times of the runs that held; others are left out, since a baseline says how it was when all was well. All must be of one
 * profile and runtime, and there must be enough of each drill.
 * @throws FD_BASELINE_DIFFERENT, FD_BASELINE_RUNS
 */
export function makeBaseline(journals: readonly TimedRun[]): BaselineFile {
  const held = journals
    .filter(({ verdict, mttdMs, mttrMs }) => verdict === 'held' && (mttdMs ?? mttrMs) !== null)
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  const last = held.at(-1)
  if (last === undefined) {
    throw baselineErrors.error('FD_BASELINE_RUNS', {
      message: 'no run held and has times',
      given: `${journals.length} runs`,
      next: `firedrill run DRILL --repeat ${2 * SLOWER.minRuns}, on an idle machine; then save again`,
    })
  }
  const settings = new Set(held.map(({ profile, runtime }) => `profile ${profile}, runtime ${runtime}`))
  if (settings.size > 1) {
    throw baselineErrors.error('FD_BASELINE_DIFFERENT', {
      message: 'the runs are of different profiles or runtimes',
      expected: 'runs of one profile on one runtime',
      given: [...settings].join('; '),
      next: 'name the journals of one of them, or use another state folder (--state) for each',
    })
  }
  const drills = groupByDrill(held).map(([first, ...others]): DrillTimes => {
    const runs = [first, ...others].slice(-SLOWER.maxRuns)
    return {
      title: first.drill.title,
      file: first.drill.file,
      sha256: first.drill.sha256,
      detectedMs: runs.flatMap(({ mttdMs }) => mttdMs ?? []),
      repairedMs: runs.flatMap(({ mttrMs }) => mttrMs ?? []),
    }
  })
  const few = drills.filter(
    ({ detectedMs, repairedMs }) => Math.max(detectedMs.length, repairedMs.length) < SLOWER.minRuns,
  )
  if (few.length > 0) {
    throw baselineErrors.error('FD_BASELINE_RUNS', {
      message: 'there are too few runs that held',
      expected: `at least ${SLOWER.minRuns} of each drill; ${2 * SLOWER.minRuns} find more`,
      given: few
        .map(({ title, detectedMs, repairedMs }) => `${title}: ${Math.max(detectedMs.length, repairedMs.length)}`)
        .join('; '),
      next: few.map(({ file }) => `firedrill run ${file} --repeat ${2 * SLOWER.minRuns}`).join('\n'),
    })
  }
  const { profile, runtime, startedAt, versions } = last
  return {
    kind: 'firedrill baseline',
    schemaVersion: 1,
    profile: profile ?? '',
    runtime: runtime ?? '',
    lastRunAt: startedAt,
    versions,
    drills,
  }
}

/** Runs of one drill file, as it is now: of an edited drill only those of its last form. */
export function groupByDrill(journals: readonly TimedRun[]): [TimedRun, ...TimedRun[]][] {
  const groups = new Map<string, [TimedRun, ...TimedRun[]]>()
  for (const journal of journals) {
    const group = groups.get(journal.drill.title)
    if (group === undefined || group[0].drill.sha256 !== journal.drill.sha256)
      groups.set(journal.drill.title, [journal])
    else group.push(journal)
  }
  return [...groups.values()]
}
