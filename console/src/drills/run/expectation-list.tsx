import { formatRange, formatSeconds, formatSince } from '../../format/format-seconds.ts'
import { Badge } from '../../ui/badge.tsx'
import { expectationState, stateWords } from '../story/expectation-state.ts'
import type { Expectation, Story } from '../story/story.ts'
import { BoundBar } from './bound-bar.tsx'
import { Evidence } from './evidence.tsx'

/** What the drill expects, and what became of it. Each opens what it was judged by. */
export function ExpectationList({ story, whole }: { story: Story; whole: Story }) {
  const { expectations } = story
  if (expectations.length === 0) return null
  const longestMs = Math.max(
    0,
    ...expectations.map(({ withinMs, sinceInjectedMs }) => Math.max(withinMs ?? 0, sinceInjectedMs ?? 0)),
  )
  return (
    <section aria-labelledby="expectations">
      <h2 id="expectations">Expectations</h2>
      <ol className="expectations">
        {expectations.map((expectation, index) => {
          const { text, tone } = stateWords[expectationState(expectation, story)]
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is that of the file
            <li key={index}>
              <details>
                <summary data-item className="expectation">
                  <Badge tone={tone}>{text}</Badge>
                  <span className="expectation-text">{expectation.text}</span>
                  <span className="expectation-times number">{timesOf(expectation)}</span>
                  <BoundBar expectation={expectation} longestMs={longestMs} />
                </summary>
                <Evidence expectation={expectation} story={whole} />
              </details>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function timesOf({ sinceInjectedMs, withinMs, floor }: Expectation): string {
  return [
    ...(sinceInjectedMs === null ? [] : [formatSince(sinceInjectedMs)]),
    ...(withinMs === null ? [] : [`within ${formatSeconds(withinMs)}`]),
    ...(floor === null ? [] : [`floor ${formatRange(floor)}`]),
  ].join(' · ')
}
