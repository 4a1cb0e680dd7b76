import type { Journal } from '../../drills/journal/journal.ts'
import { type Lane, lanes } from '../page/lanes.ts'
import { sinceZero } from '../text/sentences.ts'
import { actionsOf, alertsOf, busyOf, faultsOf, type Stretch } from './span.ts'

/** Everything that had a beginning and an end, lane by lane, in the order of a failure's life. */
export function timeline(journal: Journal, span: readonly [number, number]): string {
  const { felt } = journal
  const users: Lane[] =
    felt?.firstFailureMs && felt.lastFailureMs
      ? [
          {
            name: `users: ${felt.failures} requests failed`,
            bars: [
              {
                kind: 'felt',
                from: sinceZero(journal, felt.firstFailureMs),
                to: sinceZero(journal, felt.lastFailureMs),
              },
            ],
          },
        ]
      : []
  const rows = [
    ...byName(busyOf(journal, span)),
    ...byName(faultsOf(journal)),
    ...users,
    ...byName(alertsOf(journal, span)),
    ...byName(actionsOf(journal, span)),
  ]
  return rows.length === 0 ? '' : lanes('What happened, in seconds since the injection', rows, span)
}

/** A lane for each name, in the order of their first stretch. */
function byName(stretches: readonly Stretch[]): Lane[] {
  const lanes = new Map<string, Stretch[]>()
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    const lane = lanes.get(one.name)
    if (lane === undefined) lanes.set(one.name, [one])
    else lane.push(one)
  }
  return [...lanes].map(([name, bars]) => ({ name, bars }))
}
