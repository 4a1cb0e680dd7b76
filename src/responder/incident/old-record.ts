import type { LogRecord } from './record.ts'

/**
 * A line of the incident log in today's words. Logs that were begun before notifications were called that have the event `told`
 * and the flag `telling`; the rest of a line is the same.
 */
export function readRecord(line: LogRecord | OldRecord): LogRecord {
  if (line.event === 'told') return { ...line, event: 'notified' } as LogRecord
  if (!('telling' in line)) return line as LogRecord
  const { telling, ...record } = line
  return { ...record, ...(telling ? { notifies: true } : {}) } as LogRecord
}

/** As far as it differs. */
interface OldRecord {
  event: 'told' | 'acting'
  telling?: boolean
}
