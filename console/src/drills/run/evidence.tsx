import { formatSeconds, formatSince } from '../../format/format-seconds.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import { type Expectation, originOf, type Story } from '../story/story.ts'
import { evidenceOf } from './evidence-of.ts'

/** What an expectation was judged by: its samples, the query, the alert or the incident as they were read. */
export function Evidence({ expectation, story }: { expectation: Expectation; story: Story }) {
  const { observed, samples, lateMs } = expectation
  const { query, documents } = evidenceOf(expectation, story)
  const originMs = originOf(story)
  return (
    <div className="evidence">
      {observed !== '' && <p>Seen: {observed}.</p>}
      {lateMs !== undefined && <p>The machine was {formatSeconds(lateMs)} late until then.</p>}
      {query !== undefined && (
        <p className="evidence-query">
          Query: <code>{query}</code> <CopyButton text={query} label="Copy the query" />
        </p>
      )}
      {samples.length === 0 ? (
        <p className="sub">There are no samples {story.isUnderWay ? 'yet' : 'of it'}.</p>
      ) : (
        <ScrollX label="Samples">
          <table>
            <thead>
              <tr>
                <th scope="col" className="number">
                  After
                </th>
                <th scope="col">Read from</th>
                <th scope="col">Value</th>
                <th scope="col">As expected</th>
              </tr>
            </thead>
            <tbody>
              {samples.map(({ atMs, source, value, passes }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: samples have no name, and their order stays
                <tr key={index}>
                  <td className="number">{atMs === null ? '–' : formatSince(atMs - originMs)}</td>
                  <td>
                    <code>{source}</code>
                  </td>
                  <td>{String(value)}</td>
                  <td data-tone={passes ? 'good' : 'bad'}>{passes ? 'yes' : 'no'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {documents.map(({ title, text }) => (
        <details key={title}>
          <summary>{title}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <pre tabIndex={0}>{text}</pre>
          <CopyButton text={text} label={`Copy ${title}`} />
        </details>
      ))}
    </div>
  )
}
