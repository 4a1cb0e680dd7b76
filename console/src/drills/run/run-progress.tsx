import type { RunView } from '../../../../src/api/contract/drills/runs.ts'
import { formatAge, formatClock } from '../../format/format-age.ts'
import type { Story } from '../story/story.ts'

/** How far a run has come: its parts in order, and the lines that `firedrill run` prints. */
export function RunProgress({ run, story }: { run: RunView; story: Story }) {
  const { phase, phaseSinceMs, lines, gate, state, output } = run
  const place = PHASES.findIndex(({ names }) => names.includes(phase))
  return (
    <section className="card progress" aria-label="Progress">
      <ol className="phases">
        {PHASES.map(({ title, names }, index) => {
          const isNow = story.isUnderWay && index === place
          return (
            <li
              key={title}
              data-is={index < place || !story.isUnderWay ? 'over' : isNow ? 'now' : 'later'}
              aria-current={isNow ? 'step' : undefined}
            >
              <span>{title}</span>
              {isNow && (
                <span className="number sub">
                  {names[0] === phase ? '' : `${phase}, `}
                  {formatAge(story.untilMs - phaseSinceMs)}
                </span>
              )}
            </li>
          )
        })}
      </ol>
      {gate !== null && !gate.clean && <Findings findings={gate.findings} />}
      {state === 'gone' && output.length > 0 && <pre className="output">{output.join('\n')}</pre>}
      <details className="lines">
        <summary>
          {lines.at(-1)?.text ?? (state === 'starting' ? 'Its process starts …' : 'Nothing has been reported yet')}
          <span className="hidden"> — all {lines.length} lines</span>
        </summary>
        <ol>
          {lines.map(({ atMs, kind, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only appended
            <li key={`${atMs} ${index}`} data-line={kind}>
              <time className="number">{formatClock(atMs)}</time> <span>{text}</span>
            </li>
          ))}
        </ol>
      </details>
    </section>
  )
}

/** The parts of a run as a reader needs them; the journal has finer ones. */
const PHASES: readonly { title: string; names: readonly string[] }[] = [
  { title: 'gate', names: ['gate', 'describe', 'starting', ''] },
  { title: 'load up', names: ['load up'] },
  { title: 'calm', names: ['calm'] },
  { title: 'inject', names: ['inject'] },
  { title: 'watch', names: ['watch'] },
  { title: 'lift', names: ['lift', 'settle', 'stop load', 'resolve'] },
  { title: 'judge', names: ['count', 'put back', 'events'] },
]

function Findings({ findings }: { findings: readonly string[] }) {
  return (
    <div className="notice">
      <p>The gate waits until all is well:</p>
      <ul>
        {findings.map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
    </div>
  )
}
