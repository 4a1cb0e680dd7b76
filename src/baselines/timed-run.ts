import type { Journal } from '../drills/journal/journal.ts'

/** What a baseline needs of a run. */
export type TimedRun = Pick<
  Journal,
  'drill' | 'startedAt' | 'verdict' | 'mttdMs' | 'mttrMs' | 'profile' | 'runtime' | 'versions'
>

/** A journal in these few fields: of many, no more is held in memory. */
export function timedRun(journal: Journal): TimedRun {
  const { drill, startedAt, verdict, mttdMs, mttrMs, profile, runtime, versions } = journal
  return { drill, startedAt, verdict, mttdMs, mttrMs, profile, runtime, versions }
}
