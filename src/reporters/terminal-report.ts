import { visible } from '../base/visible.ts'
import type { Journal } from '../drills/journal.ts'
import type { DrillEvent } from '../drills/run-event.ts'
import type { Reporter } from './reporter.ts'
import { terminalLines } from './terminal.ts'

/** A run that is over, told as it was told while it went on. */
export const terminal: Reporter = {
  summary: 'the timeline of a run, as text',
  extensions: ['.txt'],
  render: (journals) =>
    visible(`${journals.map((journal) => retell(journal, { color: false }).join('\n')).join('\n\n')}\n`),
}

/** The lines of one journal. */
export function retell(journal: Journal, options: { color: boolean }): string[] {
  return eventsOf(journal).flatMap((event) => terminalLines(event, options))
}

function eventsOf(journal: Journal): DrillEvent[] {
  const { drill, profile, runtime, seed, baseline, calmFindings, load, stages, faults, timings } = journal
  const took = (name: Journal['timings'][number]['name']) => timings.find((one) => one.name === name)?.tookMs ?? 0
  return [
    { kind: 'started', title: drill.title, profile: profile ?? '-', runtime: runtime ?? '-', seed },
    { kind: 'baseline', clean: baseline.clean, findings: baseline.findings, tookMs: took('baseline') },
    ...(load === null
      ? []
      : [{ kind: 'load', ...crowdOf(load), journey: load.journey, tookMs: took('load up') } as const]),
    ...(calmFindings.length === 0 ? [] : [{ kind: 'not calm', findings: calmFindings } as const]),
    ...stages.filter(({ atMs }) => atMs !== null).map((stage) => ({ kind: 'stage', stage }) as const),
    ...faults.flatMap(({ fault, lifted }) =>
      lifted === null ? [] : [{ kind: 'lifted', fault, changed: lifted.changed, detail: lifted.detail } as const],
    ),
    { kind: 'finished', journal },
  ]
}

function crowdOf({ users, ratePerSecondPlanned }: NonNullable<Journal['load']>) {
  return { users: users ?? 0, ...(ratePerSecondPlanned === null ? {} : { ratePerSecond: ratePerSecondPlanned }) }
}
