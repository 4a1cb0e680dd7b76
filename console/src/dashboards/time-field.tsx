import { type FormEvent, useId, useState } from 'react'
import type { DashboardData } from '../../../src/api/contract.ts'
import { useSetQuery } from '../shell/use-address.ts'
import { formatSpan, type Range, titleOfSpan } from './range.ts'

/** The time range: up to now, or fixed. It stands in the address. */
export function TimeField({ range, usualMs, shown }: TimeFieldProps) {
  const setQuery = useSetQuery()
  const id = useId()
  const liveMs = range.kind === 'live' ? (range.rangeMs ?? usualMs) : undefined
  const choose = (ms: number) => {
    setQuery({ range: formatSpan(ms), from: undefined, to: undefined })
    document.getElementById(id)?.hidePopover()
  }
  const set = (fromMs: number, toMs: number) =>
    setQuery({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)), range: undefined })
  const spanMs = shown === undefined ? 0 : shown.toMs - shown.fromMs
  return (
    <>
      {range.kind === 'fixed' && (
        <>
          <button
            type="button"
            className="button"
            aria-label="Zoom out: twice the time"
            onClick={() =>
              set(range.fromMs - (range.toMs - range.fromMs) / 2, range.toMs + (range.toMs - range.fromMs) / 2)
            }
          >
            Zoom out
          </button>
          <button
            type="button"
            className="button"
            data-tone="main"
            onClick={() => setQuery({ from: undefined, to: undefined })}
          >
            Back to now
          </button>
        </>
      )}
      <button
        type="button"
        className="button range-button"
        popoverTarget={id}
        aria-label={`Time range: ${titleOf(range, liveMs)}`}
      >
        {titleOf(range, liveMs)}
        <span aria-hidden="true">▾</span>
      </button>
      <div id={id} popover="auto" className="dialog time-choice">
        <h2>Time range</h2>
        <div className="time-spans">
          {spans(usualMs).map((ms) => (
            <button key={ms} type="button" className="button" aria-pressed={ms === liveMs} onClick={() => choose(ms)}>
              {titleOfSpan(ms)}
            </button>
          ))}
        </div>
        {spanMs > 0 && shown !== undefined && (
          <FixedRange key={range.kind} fromMs={shown.fromMs} toMs={shown.toMs} onSet={set} />
        )}
      </div>
    </>
  )
}

interface TimeFieldProps {
  range: Range
  /** The dashboard's own. */
  usualMs: number | undefined
  /** What is shown now. */
  shown: Pick<DashboardData, 'fromMs' | 'toMs'> | undefined
}

function FixedRange({
  fromMs,
  toMs,
  onSet,
}: {
  fromMs: number
  toMs: number
  onSet(fromMs: number, toMs: number): void
}) {
  const [from, setFrom] = useState(() => localTime(fromMs))
  const [to, setTo] = useState(() => localTime(toMs))
  const isValid = Date.parse(from) < Date.parse(to)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isValid) onSet(Date.parse(from), Date.parse(to))
  }
  return (
    <form onSubmit={submit} className="time-fixed">
      <label>
        From
        <input
          type="datetime-local"
          step="1"
          className="field"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          type="datetime-local"
          step="1"
          className="field"
          value={to}
          aria-invalid={!isValid}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <button type="submit" className="button" disabled={!isValid}>
        Show
      </button>
    </form>
  )
}

const minute = 60_000
const SPANS_MS = [1, 5, 15, 60, 180, 360, 1_440, 10_080].map((minutes) => minutes * minute)

function spans(usualMs: number | undefined): number[] {
  return [...new Set([...SPANS_MS, ...(usualMs === undefined ? [] : [usualMs])])].sort((a, b) => a - b)
}

function titleOf(range: Range, liveMs: number | undefined): string {
  if (range.kind === 'live') return liveMs === undefined ? 'Time range' : titleOfSpan(liveMs)
  const thisYear = new Date().getFullYear()
  const day = (ms: number) => {
    const date = new Date(ms)
    const year = date.getFullYear() === thisYear ? undefined : 'numeric'
    return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year })
  }
  const time = (ms: number) => new Date(ms).toLocaleTimeString('en-GB')
  const isToday = day(range.fromMs) === day(Date.now()) && day(range.toMs) === day(Date.now())
  const text = (ms: number) => (isToday ? time(ms) : `${day(ms)} ${time(ms)}`)
  return `${text(range.fromMs)} – ${text(range.toMs)}`
}

/** As a field for a local time takes it. */
function localTime(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * minute)
  return date.toISOString().slice(0, 19)
}
