import type { Journal } from '../drills/journal/journal.ts'

/** The titles of runs, one each: a drill that was run again has the number of its run behind its title. */
export function runNames(journals: readonly Journal[]): string[] {
  const times = new Map<string, number>()
  return journals.map(({ drill: { title } }) => {
    const time = (times.get(title) ?? 0) + 1
    times.set(title, time)
    return time === 1 ? title : `${title} (run ${time})`
  })
}
