import { pathOf } from '../../../../src/api/contract/path-of.ts'
import { formatAge } from '../../format/format-age.ts'
import { linkTo } from '../../shell/route.ts'
import { Badge, verdictTone } from '../../ui/badge.tsx'
import { CompareChoice } from '../compare/compare-choice.tsx'
import type { Story } from '../story/story.ts'
import { verdictMeaning } from '../story/verdict-words.ts'
import { AbortRun } from './abort-run.tsx'
import type { StoryState } from './use-story.ts'

/** Which run this is, its verdict and why, and what can be done with it. */
export function RunHead({ state, drill, compared }: RunHeadProps) {
  const { story, run, journalId } = state
  const { verdict, reasons, drill: of } = story
  return (
    <header className="run-head">
      <nav className="crumbs" aria-label="Where this is">
        <a href={linkTo('drills')}>Drills</a> <span aria-hidden="true">/</span>{' '}
        <a href={linkTo('drills', [drill])}>{drill}</a>
      </nav>
      <div className="run-title">
        <h1>{of.title === '' ? drill : of.title}</h1>
        <Verdict state={state} />
      </div>
      <p className="sub">{settingsOf(story).join(' · ')}</p>
      {verdict !== null && (
        <p>
          <strong data-tone={verdictTone[verdict]}>{verdict}</strong>: {verdictMeaning[verdict]}.
        </p>
      )}
      {reasons.length > 0 && (
        <ul className="reasons">
          {[...new Set(reasons)].map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div className="toolbar">
        {run?.mayAbort === true && <AbortRun run={run} story={story} />}
        {!story.isUnderWay && (
          <a className="button" href={linkTo('drills', [drill], settingsQuery(story))}>
            Run again …
          </a>
        )}
        {journalId !== undefined && story.journal !== undefined && (
          <>
            <a className="button" href={pathOf('journalReport', { params: { id: journalId } })} download>
              Report <span aria-hidden="true">↓</span>
            </a>
            <a
              className="button"
              href={pathOf('journal', { params: { id: journalId } })}
              download={`${journalId}.json`}
            >
              Journal <span aria-hidden="true">↓</span>
            </a>
            <CompareChoice drill={drill} journalId={journalId} compared={compared} />
          </>
        )}
      </div>
    </header>
  )
}

interface RunHeadProps {
  state: StoryState & { story: Story }
  drill: string
  compared: string | undefined
}

function Verdict({ state: { story, run } }: Pick<RunHeadProps, 'state'>) {
  if (story.verdict !== null) return <Badge tone={verdictTone[story.verdict] ?? 'none'}>{story.verdict}</Badge>
  if (run?.state === 'gone') return <Badge tone="bad">ended without a verdict</Badge>
  return (
    <span className="live">
      <Badge tone="fault">{run?.abortedAtMs == null ? 'under way' : 'being aborted'}</Badge>
      <span className="number">{formatAge(story.untilMs - story.startedAtMs)}</span>
    </span>
  )
}

function settingsOf({ startedAtMs, profile, runtime, seed, parameters }: Story): string[] {
  return [
    new Date(startedAtMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(runtime === null ? [] : [`runtime ${runtime}`]),
    `seed ${seed}`,
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ]
}

/** The form of the drill's page is filled in as this run was. */
function settingsQuery({ parameters }: Story): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`set.${name}`, String(value)]))
}
