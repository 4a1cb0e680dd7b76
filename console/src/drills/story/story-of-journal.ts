import type { JournalView } from '../../../../src/api/contract/drills/drills.ts'
import type { Story } from './story.ts'

/** The story of a run that has ended, from its journal. */
export function storyOfJournal(journal: JournalView): Story {
  const { drill, startedAt, timings, series, stages, faults } = journal
  const startedAtMs = Date.parse(startedAt)
  const isInjected = faults.length > 0 || stages.some(({ name, atMs }) => name === 'injected' && atMs !== null)
  const ends = [
    ...timings.map((phase) => phase.startedAtMs + phase.tookMs),
    ...stages.flatMap(({ atMs }) => atMs ?? []),
    ...(series === null ? [] : [series.startMs + series.load.requests.length * 1_000]),
  ]
  return {
    ...journal,
    drill: { name: drillNameOf(drill.file), title: drill.title, why: drill.why, file: drill.file },
    isUnderWay: false,
    startedAtMs,
    untilMs: Math.max(startedAtMs + 1_000, ...ends),
    zeroMs: zeroOf(journal),
    zeroName: isInjected ? 'injection' : 'begin',
    journal,
  }
}

/** The name of a drill: that of its file without .yaml. */
export function drillNameOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.ya?ml$/, '')
}

/** The moment that figures count from: the first injection, or else the begin of the load. */
function zeroOf({ stages, faults, series }: JournalView): number | null {
  for (const { atMs, sinceInjectedMs } of stages) {
    if (atMs !== null && sinceInjectedMs !== null) return atMs - sinceInjectedMs
  }
  return faults[0]?.injectedAtMs ?? series?.startMs ?? null
}
