import type { IncidentView as Incident, IncidentStoryView } from '../../../src/api/contract.ts'
import { useNow } from '../feed/use-now.ts'
import { usePoll } from '../feed/use-poll.ts'
import { formatClock } from '../format/format-age.ts'
import { formatShortTime } from '../format/format-amount.ts'
import { linkTo } from '../shell/route.ts'
import { Badge } from '../ui/badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { labelsText } from './alert-words.ts'
import { entryTone, eventWords, legsOf, statusTones, statusWords, whatWasDone } from './incident-words.ts'

/** One incident as a timeline: what happened, what the responder decided, and what held it back. */
export function IncidentView({ name }: { name: string }) {
  const story = usePoll('incident', { params: { id: name } }, { everyMs: 2_000 })
  return (
    <>
      <p className="back">
        <a href={linkTo('alerts', ['incidents'])}>All incidents</a>
      </p>
      <Waiting for={story} height="24rem">
        {(value) => <Story story={value} />}
      </Waiting>
    </>
  )
}

function Story({ story: { incident, timeline } }: { story: IncidentStoryView }) {
  const { number, alertname, target, status, rule, labels, receivedAtMs } = incident
  return (
    <article>
      <h2 className="story-title">
        #{number} {alertname}
        {target !== '' && ` of ${target}`} <Badge tone={statusTones[status]}>{statusWords[status] ?? status}</Badge>
      </h2>
      <p className="lead">{whatWasDone(incident)}</p>
      <Way incident={incident} />
      <ol className="timeline">
        {timeline.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows, and its lines have no other name
          <li key={at} data-tone={entryTone(entry)}>
            <time className="number" dateTime={new Date(entry.atMs).toISOString()} title={formatClock(entry.atMs)}>
              {sinceText(entry.atMs - receivedAtMs)}
            </time>
            <span className="timeline-event">{eventWords[entry.event] ?? entry.event}</span>
            <span>{entry.text}</span>
          </li>
        ))}
      </ol>
      <dl className="facts-list">
        <div>
          <dt>Received</dt>
          <dd>
            {new Date(receivedAtMs).toLocaleString('en-GB')},{' '}
            {formatShortTime(Math.max(0, receivedAtMs - incident.startsAtMs))} after the alert fired
          </dd>
        </div>
        <div>
          <dt>Rule of the policy</dt>
          <dd>{rule ?? 'no rule matches'}</dd>
        </div>
        <div>
          <dt>Labels</dt>
          <dd>
            <code>{labelsText(labels)}</code>
          </dd>
        </div>
      </dl>
    </article>
  )
}

/** The way of the incident as one bar, each part as long as it took. */
function Way({ incident }: { incident: Incident }) {
  const nowMs = useNow(1_000)
  const legs = legsOf(incident, nowMs)
  const first = legs[0]
  const last = legs.at(-1)
  if (first === undefined || last === undefined) return null
  return (
    <figure className="way card">
      <ol>
        {legs.map(({ name, fromMs, toMs, tone }) => (
          <li key={name} data-tone={tone} style={{ flexGrow: Math.sqrt(Math.max(1, toMs - fromMs)) }}>
            <span className="way-bar" aria-hidden="true" />
            <span className="way-name">{name}</span>
            <span className="way-time number">{formatShortTime(Math.max(0, toMs - fromMs))}</span>
          </li>
        ))}
      </ol>
      <figcaption className="sub">
        From the alert to {incident.resolvedAtMs === undefined ? 'now' : 'its end'}:{' '}
        {formatShortTime(last.toMs - first.fromMs)}. A longer part is a longer time, not in proportion.
      </figcaption>
    </figure>
  )
}

/** "+0.330 s", "−0.012 s": since the webhook arrived. */
function sinceText(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1_000).toFixed(3)} s`
}
