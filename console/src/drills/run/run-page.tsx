import { useEffect } from 'react'
import { linkTo } from '../../shell/route.ts'
import { replaceAddress, useAddress } from '../../shell/use-address.ts'
import { Empty } from '../../ui/empty.tsx'
import { FailureText } from '../../ui/failure-text.tsx'
import { ComparePanel } from '../compare/compare-panel.tsx'
import { originOf, type Story } from '../story/story.ts'
import { storyAt } from '../story/story-at.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { useMoment } from '../timeline/use-moment.ts'
import { ExpectationList } from './expectation-list.tsx'
import { RunDetails } from './run-details.tsx'
import { RunFigures } from './run-figures.tsx'
import { RunHead } from './run-head.tsx'
import { RunProgress } from './run-progress.tsx'
import { type StoryState, useStory } from './use-story.ts'

/** One run of a drill, while it is under way and when it has ended. */
export function RunPage({ drill, id }: { drill: string; id: string }) {
  const { query } = useAddress()
  const state = useStory(id)
  const compared = query.get('compare') ?? undefined
  const other = useStory(compared)
  const { story, journalId, failure } = state
  // A run that has ended is its journal: that address stays true when control is gone.
  useEffect(() => {
    if (journalId === undefined || journalId === id || story === undefined || story.isUnderWay) return
    replaceAddress(linkTo('drills', [drill, 'runs', journalId], Object.fromEntries(query)))
  }, [journalId, id, story, drill, query])
  if (story === undefined) return <Missing drill={drill} id={id} failure={failure} />
  const isStale = failure !== undefined && story.isUnderWay
  return (
    <>
      <RunHead state={{ ...state, story }} drill={drill} compared={compared} />
      {isStale && <FailureText failure={failure} />}
      <Whole state={{ ...state, story }} other={other.story} />
      {compared !== undefined && <ComparePanel story={story} other={other} compared={compared} drill={drill} />}
      {story.journal !== undefined && <RunDetails journal={story.journal} story={story} />}
    </>
  )
}

/** What belongs to the moment that is looked at. */
function Whole({ state, other }: { state: StoryState & { story: Story }; other: Story | undefined }) {
  const { story, run } = state
  const moment = useMoment(originOf(story))
  const shown = moment.atMs === undefined || story.isUnderWay ? story : storyAt(story, moment.atMs)
  return (
    <>
      {run !== undefined && <RunProgress run={run} story={story} />}
      {story.journal !== undefined && <RunFigures journal={story.journal} story={story} />}
      <Timeline story={story} other={other} moment={moment} />
      <ExpectationList story={shown} whole={story} />
    </>
  )
}

function Missing({ drill, id, failure }: { drill: string; id: string; failure: StoryState['failure'] }) {
  return (
    <>
      <h1>{drill}</h1>
      {failure === undefined && (
        <div className="placeholder" style={{ minHeight: '24rem' }} role="status" aria-label="Loading" />
      )}
      {failure?.silent === false && (
        <Empty title={`There is no run ${id}`}>
          <p>Control keeps the runs of its own time; those before have a journal.</p>
          <p>
            <a href={linkTo('drills', [drill])}>The runs of {drill}</a>
          </p>
        </Empty>
      )}
      {failure?.silent === true && <Empty title="Nothing is known of it until control answers" />}
    </>
  )
}
