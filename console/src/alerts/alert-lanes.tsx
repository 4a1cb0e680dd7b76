import { Fragment } from 'react'
import type { AlertHistoryView, FaultSpan } from '../../../src/api/contract.ts'
import { formatAge, formatClock } from '../format/format-age.ts'
import { Empty } from '../ui/empty.tsx'
import { hasFired, type Lane, lanesOf, placeOf, ticksOf } from './lanes.ts'

/** Alerts over time: a lane for each, over the faults that were in force. Those that were never more than pending are folded away. */
export function AlertLanes({ history, emptyTitle = 'No alert was active in this range' }: AlertLanesProps) {
  const { lanes, hidden } = lanesOf(history)
  if (lanes.length === 0 && history.faults.length === 0) return <Empty title={emptyTitle} />
  const fired = lanes.filter(hasFired)
  // Where none has fired, that one was pending is all there is to see.
  const shown = fired.length === 0 ? lanes : fired
  const folded = lanes.filter((lane) => !shown.includes(lane))
  return (
    <figure className="lanes card">
      <div className="lanes-grid">
        {history.faults.length > 0 && <FaultsRow history={history} />}
        {shown.map((lane) => (
          <LaneRow key={lane.key} lane={lane} history={history} />
        ))}
        <div className="lane-axis" aria-hidden="true">
          {ticksOf(history).map((ms) => {
            const { left } = placeOf({ fromMs: ms, toMs: ms }, history)
            // At the right end a label has no room on both sides of its mark.
            return (
              <span key={ms} style={{ left }} data-end={Number.parseFloat(left) > END_PERCENT || undefined}>
                {tickText(ms, history)}
              </span>
            )
          })}
        </div>
      </div>
      <figcaption className="lanes-legend">
        <span data-kind="pending">pending</span>
        <span data-kind="firing">firing</span>
        <span data-kind="fault">fault in force</span>
        {hidden > 0 && <span>{hidden === 1 ? '1 more alert is' : `${hidden} more alerts are`} not drawn</span>}
      </figcaption>
      {folded.length > 0 && (
        <details className="lanes-folded">
          <summary>
            {folded.length === 1 ? '1 alert was' : `${folded.length} alerts were`} pending and did not fire
          </summary>
          <div className="lanes-grid">
            {folded.map((lane) => (
              <LaneRow key={lane.key} lane={lane} history={history} />
            ))}
          </div>
        </details>
      )}
    </figure>
  )
}

function FaultsRow({ history }: { history: AlertLanesProps['history'] }) {
  return (
    <div className="lane">
      <span className="lane-name">
        <span className="name">Faults</span>
      </span>
      <span className="lane-track" role="img" aria-label={faultsText(history)}>
        {history.faults.map((fault) => {
          const { left, width } = placeOf(fault, history)
          const name = `${fault.fault} ${fault.target}`
          const isNarrow = Number.parseFloat(width) < NARROW_PERCENT
          const beside = isNarrow ? besideOf(fault, history) : undefined
          return (
            <Fragment key={`${name} ${fault.fromMs}`}>
              <span className="bar" data-kind="fault" style={{ left, width }} title={`${name}, ${spanText(fault)}`}>
                {!isNarrow && <span className="bar-text">{name}</span>}
              </span>
              {beside !== undefined && (
                <span className="bar-text bar-beside" style={beside}>
                  {name}
                </span>
              )}
            </Fragment>
          )
        })}
      </span>
    </div>
  )
}

const END_PERCENT = 90
/** A bar that is narrower has its name beside it. */
const NARROW_PERCENT = 12

/** To the right of a bar in the left half, to the left of one in the right half; `undefined` where another fault is in the way. */
function besideOf(
  fault: FaultSpan,
  history: AlertLanesProps['history'],
): { left: string } | { right: string } | undefined {
  const spanOf = (one: FaultSpan) => {
    const { left, width } = placeOf(one, history)
    return { from: Number.parseFloat(left), to: Number.parseFloat(left) + Number.parseFloat(width) }
  }
  const { from, to } = spanOf(fault)
  const isRight = from < 50
  const [begin, end] = isRight ? [to, to + NAME_PERCENT] : [from - NAME_PERCENT, from]
  const others = history.faults.filter((one) => one !== fault).map(spanOf)
  if (others.some((other) => other.to > begin && other.from < end)) return undefined
  return isRight ? { left: `${to}%` } : { right: `${100 - from}%` }
}

/** About as wide as a name is. */
const NAME_PERCENT = 20

interface AlertLanesProps {
  history: Pick<AlertHistoryView, 'alerts' | 'faults' | 'fromMs' | 'toMs'>
  emptyTitle?: string
}

function LaneRow({ lane, history }: { lane: Lane; history: AlertLanesProps['history'] }) {
  return (
    <div className="lane">
      <span className="lane-name">
        <span className="name">{lane.name}</span>
        <span className="sub">{lane.about}</span>
      </span>
      <span className="lane-track" role="img" aria-label={laneText(lane)}>
        {history.faults.map((fault) => (
          <span
            key={`${fault.fault} ${fault.target} ${fault.fromMs}`}
            className="bar-band"
            style={placeOf(fault, history)}
          />
        ))}
        {lane.spans.map((span) => (
          <span
            key={`${span.state} ${span.fromMs} ${JSON.stringify(span.labels)}`}
            className="bar"
            data-kind={span.state}
            style={placeOf(span, history)}
            title={`${span.state} ${spanText(span)}`}
          />
        ))}
      </span>
    </div>
  )
}

/** What the bars of a lane show, for those who do not see them. */
function laneText({ name, about, spans }: Lane): string {
  const parts = spans.slice(-5).map((span) => `${span.state} ${spanText(span)}${span.lasts ? ', and still is' : ''}`)
  return `${name}${about === '' ? '' : ` of ${about}`}: ${parts.join('; ')}`
}

function faultsText({ faults }: AlertLanesProps['history']): string {
  return faults.map((fault) => `${fault.fault} of ${fault.target}, ${spanText(fault)}`).join('; ')
}

function spanText({ fromMs, toMs }: { fromMs: number; toMs: number }): string {
  return `from ${formatClock(fromMs)} for ${formatAge(toMs - fromMs)}`
}

function tickText(ms: number, { fromMs, toMs }: { fromMs: number; toMs: number }): string {
  const date = new Date(ms)
  if (toMs - fromMs > 172_800_000) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return formatClock(ms).slice(0, toMs - fromMs > 600_000 ? 5 : 8)
}
