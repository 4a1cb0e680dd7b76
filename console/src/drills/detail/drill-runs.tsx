import { useState } from 'react'
import type { JournalEntry } from '../../../../src/api/contract/drills/drills.ts'
import { useNow } from '../../feed/use-now.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { formatAge } from '../../format/format-age.ts'
import { secondsOrDash } from '../../format/format-seconds.ts'
import { linkTo } from '../../shell/route.ts'
import { Badge, verdictTone } from '../../ui/badge.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { RunTrend } from './run-trend.tsx'

/** The runs of a drill: their times as a picture and as a table, latest first. */
export function DrillRuns({ name }: { name: string }) {
  const [limit, setLimit] = useState(PAGE)
  const journals = usePoll('journals', { query: { drill: name, limit } }, { everyMs: 5_000, keepsOld: true })
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Its runs</h2>
      <Waiting for={journals} height="12rem">
        {({ journals: entries, total }) =>
          entries.length === 0 ? (
            <Empty title="It has not run yet">
              <p>“Run it” above starts the first one.</p>
            </Empty>
          ) : (
            <>
              <RunTrend drill={name} entries={entries} />
              <Runs name={name} entries={entries} />
              {entries.length < total && limit < MOST && (
                <button type="button" className="button" onClick={() => setLimit(Math.min(MOST, limit * 4))}>
                  Show more of {total}
                </button>
              )}
            </>
          )
        }
      </Waiting>
    </section>
  )
}

const PAGE = 20
const MOST = 200

function Runs({ name, entries }: { name: string; entries: readonly JournalEntry[] }) {
  const nowMs = useNow(10_000)
  return (
    <ScrollX label="Runs">
      <table className="runs-table">
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col">Begun</th>
            <th scope="col" className="number">
              Detected
            </th>
            <th scope="col" className="number">
              Repaired
            </th>
            <th scope="col">Expectations</th>
            <th scope="col" className="wide">
              Set
            </th>
            <th scope="col">
              <span className="hidden">Compare</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, index) => (
            <tr key={entry.id}>
              <td>
                <Badge tone={verdictTone[entry.verdict] ?? 'none'}>{entry.verdict}</Badge>
              </td>
              <th scope="row">
                <a href={linkTo('drills', [name, 'runs', entry.id])} data-item>
                  {formatAge(nowMs - entry.startedAtMs)} ago
                </a>
                <span className="sub">
                  {new Date(entry.startedAtMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })}
                </span>
              </th>
              <td className="number">{secondsOrDash(entry.mttdMs)}</td>
              <td className="number">{secondsOrDash(entry.mttrMs)}</td>
              <td>
                {entry.expectations.met} of {entry.expectations.count} met
                {entry.reasons[0] !== undefined && <span className="sub run-reason">{entry.reasons[0]}</span>}
              </td>
              <td className="wide">{settingsOf(entry)}</td>
              <td>{before(name, entries, index)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

/** A run beside the one before it is the comparison that is asked for most; the run's own page offers the others. */
function before(name: string, entries: readonly JournalEntry[], index: number) {
  const [entry, earlier] = [entries[index], entries[index + 1]]
  if (entry === undefined || earlier === undefined) return null
  return (
    <a
      href={linkTo('drills', [name, 'runs', entry.id], { compare: earlier.id })}
      aria-label="Compare with the run before it"
    >
      Compare
    </a>
  )
}

function settingsOf({ profile, runtime, seed, parameters }: JournalEntry): string {
  return [profile, runtime, `seed ${seed}`, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)]
    .filter((text) => text !== null)
    .join(' · ')
}
