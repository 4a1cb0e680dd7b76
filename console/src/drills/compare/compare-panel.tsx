import { usePoll } from '../../feed/use-poll.ts'
import { formatSeconds, formatSince, secondsOrDash } from '../../format/format-seconds.ts'
import { linkTo } from '../../shell/route.ts'
import { useSetQuery } from '../../shell/use-address.ts'
import { Badge, type Tone, verdictTone } from '../../ui/badge.tsx'
import { FailureText } from '../../ui/failure-text.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import type { StoryState } from '../run/use-story.ts'
import { expectationState, stateWords } from '../story/expectation-state.ts'
import type { Story } from '../story/story.ts'
import { compareStages, type SettingDifference, type StageDifference, settingDifferences } from './compare-stories.ts'
import { SpreadBar } from './spread-bar.tsx'

/** The run on the page beside another one of the same drill, and both beside how runs that held are spread. */
export function ComparePanel({ story, other, compared, drill }: ComparePanelProps) {
  const setQuery = useSetQuery()
  const { value } = usePoll('drill', { params: { drill } }, { everyMs: undefined })
  const spread = value?.spread
  return (
    <section className="card compare" aria-labelledby="compare">
      <div className="toolbar">
        <h2 id="compare">Beside another run</h2>
        <button type="button" className="button end" onClick={() => setQuery({ compare: undefined })}>
          Close
        </button>
      </div>
      {other.failure !== undefined && <FailureText failure={other.failure} />}
      {other.story !== undefined && (
        <>
          <p>
            <a href={linkTo('drills', [drill, 'runs', compared])}>
              The run of{' '}
              {new Date(other.story.startedAtMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })}
            </a>{' '}
            {other.story.verdict !== null && (
              <Badge tone={verdictTone[other.story.verdict] ?? 'none'}>{other.story.verdict}</Badge>
            )}{' '}
            is the hollow mark on the lanes above.
          </p>
          <Settings differences={settingDifferences(story, other.story)} />
          <Stages rows={compareStages(story, other.story, spread?.stages ?? {})} runs={spread?.runs ?? 0} />
          <Outcomes story={story} other={other.story} />
        </>
      )}
    </section>
  )
}

interface ComparePanelProps {
  story: Story
  other: StoryState
  /** Id of the other one. */
  compared: string
  drill: string
}

function Settings({ differences }: { differences: readonly SettingDifference[] }) {
  if (differences.length === 0) return null
  const isClock = differences.some((difference) => difference.isClock)
  return (
    <div className="notice">
      <p>
        {isClock
          ? 'The clocks of the two runs differ: their times do not compare.'
          : 'The two runs were set differently, which may be why their times differ.'}
      </p>
      <ul>
        {differences.map(({ name, thisText, otherText }) => (
          <li key={name}>
            {name}: {thisText} here, {otherText} there
          </li>
        ))}
      </ul>
    </div>
  )
}

const PLACES: Readonly<Record<StageDifference['place'], { text: string; tone: Tone }>> = {
  usual: { text: 'as usual', tone: 'good' },
  faster: { text: 'faster than any', tone: 'good' },
  slower: { text: 'slower than any', tone: 'wait' },
  unknown: { text: 'too few runs', tone: 'none' },
}

function Stages({ rows, runs }: { rows: readonly StageDifference[]; runs: number }) {
  if (rows.length === 0) return <p className="sub">Neither of the two reached a stage: nothing was injected.</p>
  const longestMs = Math.max(
    1,
    ...rows.flatMap(({ thisMs, otherMs, usual }) => [thisMs ?? 0, otherMs ?? 0, usual?.maxMs ?? 0]),
  )
  return (
    <>
      <p className="sub">
        Since the injection.{' '}
        {runs === 0
          ? 'No run has held yet.'
          : `The bar is the spread of ${runs === 1 ? 'the one run' : `the last ${runs} runs`} that held.`}
      </p>
      <ScrollX label="Stages of both runs">
        <table>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" className="number">
                This run
              </th>
              <th scope="col" className="number">
                The other
              </th>
              <th scope="col" className="number">
                Difference
              </th>
              <th scope="col" className="spread-cell">
                Runs that held
              </th>
              <th scope="col">This run is</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, thisMs, otherMs, differenceMs, usual, place }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{secondsOrDash(thisMs)}</td>
                <td className="number">{secondsOrDash(otherMs)}</td>
                <td className="number">{differenceMs === null ? '–' : formatSince(differenceMs)}</td>
                <td className="spread-cell">
                  <SpreadBar usual={usual} thisMs={thisMs} otherMs={otherMs} longestMs={longestMs} />
                  <span className="sub number">
                    {usual === undefined ? '–' : `${formatSeconds(usual.minMs)} – ${formatSeconds(usual.maxMs)}`}
                  </span>
                </td>
                <td>
                  <Badge tone={PLACES[place].tone}>{PLACES[place].text}</Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  )
}

function Outcomes({ story, other }: { story: Story; other: Story }) {
  const wordsOf = (of: Story) =>
    new Map(of.expectations.map((one) => [one.text, stateWords[expectationState(one, of)]]))
  const [here, there] = [wordsOf(story), wordsOf(other)]
  const differing = [...new Set([...here.keys(), ...there.keys()])].filter(
    (text) => here.get(text)?.text !== there.get(text)?.text,
  )
  if (differing.length === 0) return <p className="sub">Each expectation came out the same in both.</p>
  return (
    <ul className="outcomes">
      {differing.map((text) => (
        <li key={text}>
          {text}: <Badge tone={here.get(text)?.tone ?? 'none'}>{here.get(text)?.text ?? 'not expected'}</Badge> here,{' '}
          <Badge tone={there.get(text)?.tone ?? 'none'}>{there.get(text)?.text ?? 'not expected'}</Badge> there
        </li>
      ))}
    </ul>
  )
}
