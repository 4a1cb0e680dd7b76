import { useEffect, useRef } from 'react'
import { usePoll } from '../feed/use-poll.ts'
import { formatClock } from '../format/format-age.ts'
import { useSession } from '../session/session.tsx'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { isInMore, isWanted, type LogLevel, type LogLine, readLog } from './log-lines.ts'
import '../styles/log.css'

const LINES = 500
const EVERY_MS = 1_500

/** The end of a replica's log, followed, with a filter that stands in the address. */
export function LogTail({ service, replica, command }: LogTailProps) {
  const { access } = useSession()
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const follows = query.get('follow') !== 'no'
  const least = query.get('level') === 'warn' ? 'warn' : 'debug'
  const mayRead = access === 'read' || access === 'operate'
  const input = mayRead ? { params: { service }, query: { replica, lines: LINES } } : undefined
  const polled = usePoll('logs', input, { everyMs: follows ? EVERY_MS : undefined })
  if (access === 'none') {
    return (
      <Empty title="A log may hold secrets, so that reading it needs a session">
        <CopyCommand command="firedrill open" purpose="opens the console with a session" />
      </Empty>
    )
  }
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter the log" />
        <select
          className="field"
          aria-label="Level"
          value={least}
          onChange={(event) => setQuery({ level: event.currentTarget.value === 'warn' ? 'warn' : undefined })}
        >
          <option value="debug">All levels</option>
          <option value="warn">Warnings and errors</option>
        </select>
        <label className="switch">
          <input
            type="checkbox"
            checked={follows}
            onChange={(event) => setQuery({ follow: event.currentTarget.checked ? undefined : 'no' })}
          />
          Follow
        </label>
        <span className="end">
          <CopyCommand command={command} purpose={`prints the log of ${replica}`} />
        </span>
      </div>
      <Waiting for={polled} height="24rem">
        {({ lines }) => <Lines lines={lines} replica={replica} least={least} text={query.get('q') ?? ''} />}
      </Waiting>
    </>
  )
}

interface LogTailProps {
  service: string
  replica: string
  /** Prints the same in a terminal. */
  command: string
}

function Lines({ lines, replica, least, text }: LinesProps) {
  const place = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const shown = readLog(lines).filter((line) => isWanted(line, { least, text }))
  const last = shown.at(-1)?.key
  // A reader who has scrolled up reads there: the list stays where it is until it is at its end again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what moves the list
  useEffect(() => {
    if (isAtEnd.current && place.current !== null) place.current.scrollTop = place.current.scrollHeight
  }, [last, shown.length])
  return (
    <div
      ref={place}
      className="log"
      role="log"
      aria-label={`Log of ${replica}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 30
      }}
    >
      {shown.length === 0 ? (
        <p className="log-none">
          {lines.length === 0 ? 'It has logged nothing yet.' : `No line of the last ${lines.length} fits the filter.`}
        </p>
      ) : (
        shown.map((line) => <Line key={line.key} line={line} isOpen={text !== '' && isInMore(line, { text })} />)
      )}
    </div>
  )
}

interface LinesProps {
  lines: readonly string[]
  replica: string
  least: LogLevel
  text: string
}

function Line({ line: { level, atMs, text, more }, isOpen }: { line: LogLine; isOpen: boolean }) {
  return (
    <div className="log-line" data-level={level}>
      {atMs !== undefined && <time>{formatClock(atMs)}</time>}
      {level !== 'info' && <span className="log-level">{level}</span>}
      {text}
      {more !== undefined && (
        <details open={isOpen}>
          <summary>{linesText(more)}</summary>
          <pre>{more}</pre>
        </details>
      )}
    </div>
  )
}

function linesText(more: string): string {
  const count = more.split('\n').length
  return count === 1 ? 'one more line' : `${count} more lines`
}
