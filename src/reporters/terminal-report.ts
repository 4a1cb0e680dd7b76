import { defined } from '../base/defined.ts'
import { visible } from '../base/text/visible.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { stepEvents } from '../drills/method/step-events.ts'
import type { DrillEvent } from '../drills/run/run-event.ts'
import type { Reporter } from './reporter.ts'
import { terminalLines } from './terminal.ts'
import { zeroOf } from './text/sentences.ts'

/** A run that is over, in the lines that it printed while it went on. */
export const terminal: Reporter = {
  summary: 'the timeline of a run, as text',
  extensions: ['.txt'],
  render: (journals) =>
    visible(`${journals.map((journal) => journalLines(journal, { color: false }).join('\n')).join('\n\n')}\n`),
}

/** The lines of one journal. */
export function journalLines(journal: Journal, options: { color: boolean }): string[] {
  return eventsOf(journal).flatMap((event) => terminalLines(event, options))
}

function eventsOf(journal: Journal): DrillEvent[] {
  const { drill, profile, runtime, safety, seed, gate, calmFindings, load, timings } = journal
  const { clean, findings, tolerated } = gate
  const took = (name: Journal['timings'][number]['name']) => timings.find((one) => one.name === name)?.tookMs ?? 0
  return [
    {
      kind: 'started',
      title: drill.title,
      file: drill.file,
      profile: profile ?? '-',
      runtime: runtime ?? '-',
      ...defined({ environment: safety?.environment }),
      seed,
    },
    { kind: 'gate', clean, findings, tolerated, tookMs: took('gate') },
    ...(load === null
      ? []
      : [{ kind: 'load', ...crowdOf(load), journey: load.journey, tookMs: took('load up') } as const]),
    ...(calmFindings.length === 0 ? [] : [{ kind: 'failing under load', findings: calmFindings } as const]),
    ...timelineOf(journal),
    { kind: 'finished', journal },
  ]
}

/** Everything that has a moment, in the order in which it happened. */
function timelineOf(journal: Journal): DrillEvent[] {
  const { stages, faults, steps, safety } = journal
  const aborted = safety?.aborted ?? null
  const zeroMs = zeroOf(journal)
  const injectedAtMs = stages.find(({ name }) => name === 'injected')?.atMs ?? null
  const timed: { atMs: number; event: DrillEvent }[] = [
    ...stages.flatMap((stage) =>
      stage.atMs === null ? [] : [{ atMs: stage.atMs, event: { kind: 'stage' as const, stage } }],
    ),
    ...stepEvents(steps, { zeroMs, injectedAtMs }),
    ...(aborted === null
      ? []
      : [
          {
            atMs: aborted.atMs,
            event: { kind: 'aborting' as const, why: aborted.why, sinceInjectedMs: aborted.atMs - zeroMs },
          },
        ]),
    ...faults.flatMap(({ fault, lifted }) => {
      if (lifted === null) return []
      const { changed, detail, liftedAtMs } = lifted
      return [
        {
          atMs: liftedAtMs,
          event: { kind: 'lifted' as const, fault, changed, detail, sinceInjectedMs: liftedAtMs - zeroMs },
        },
      ]
    }),
  ]
  return timed.sort((a, b) => a.atMs - b.atMs).map(({ event }) => event)
}

function crowdOf({ users, ratePerSecondPlanned }: NonNullable<Journal['load']>) {
  return { users: users ?? 0, ...(ratePerSecondPlanned === null ? {} : { ratePerSecond: ratePerSecondPlanned }) }
}
