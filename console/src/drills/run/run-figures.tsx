import type { JournalView } from '../../../../src/api/contract/drills/drills.ts'
import { formatRange, secondsOrDash } from '../../format/format-seconds.ts'
import type { Story } from '../story/story.ts'
import { repairerWords } from '../story/verdict-words.ts'

/** The figures of a run that people quote, each with the two stages that it names. */
export function RunFigures({ journal, story }: { journal: JournalView; story: Story }) {
  const { mttdMs, mttdStage = 'received', mttrMs, repairedBy, felt, load, floor, budgets, blindSpotMs } = journal
  const from = story.zeroName === 'injection' ? 'injected' : 'load began'
  const { failures, requests } = felt ?? load ?? { failures: null, requests: null }
  const burnt = Math.max(0, ...budgets.map(({ byEvents }) => byEvents?.burntRatio ?? 0))
  // A run that was refused at its gate has measured nothing.
  if (mttdMs === null && mttrMs === null && requests === null && budgets.length === 0) return null
  const detectedFloor = floor === null ? undefined : mttdStage === 'notified' ? floor.firing : floor.received
  return (
    <dl className="figures">
      <Figure
        value={secondsOrDash(mttdMs)}
        name={`${from} → ${mttdStage}`}
        note={detectedFloor && `floor ${formatRange(detectedFloor)}`}
      />
      <Figure
        value={secondsOrDash(mttrMs)}
        name={`${from} → ${isGoodAgain(journal) ? 'good again' : 'repaired'}`}
        note={repairedBy === null ? undefined : repairerWords[repairedBy]}
      />
      <Figure
        value={failures === null ? '–' : failures.toLocaleString('en-US')}
        name="requests failed"
        note={requests === null ? undefined : `of ${requests.toLocaleString('en-US')}`}
      />
      <Figure
        value={secondsOrDash(felt === null || felt.failures === 0 ? null : felt.windowMs)}
        name="users were failed for"
        note={undefined}
      />
      <Figure value={secondsOrDash(blindSpotMs)} name="blind spot" note="first failure → first seen" />
      <Figure
        value={budgets.length === 0 ? '–' : percent(burnt)}
        name="of an error budget"
        note={budgets.length === 0 ? undefined : 'the one that lost most'}
      />
    </dl>
  )
}

/** Whether the repair was the steady state; otherwise a replica that was hit was ready again later. */
function isGoodAgain({ mttrMs, stages }: JournalView): boolean {
  const goodMs = stages.find(({ name }) => name === 'good again')?.sinceInjectedMs ?? null
  return mttrMs === null || mttrMs === 0 || mttrMs === goodMs
}

function Figure({ value, name, note }: { value: string; name: string; note: string | undefined }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        <span className="sub">{note ?? '\u00a0'}</span>
      </dd>
    </div>
  )
}

/** Small shares are not rounded to nothing. */
export function percent(ratio: number): string {
  const value = ratio * 100
  return `${value === 0 ? '0' : value < 0.1 ? value.toFixed(3) : value.toFixed(1)} %`
}
