/** One line of a log, taken apart as far as its form is known. */
export interface LogLine {
  /** Distinguishes lines of the same text. */
  key: string
  level: LogLevel
  /** Epoch milliseconds; absent where the line has none that is read here. */
  atMs?: number
  text: string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The lines of services of Firedrill (JSON), of Prometheus' family (key=value), of PostgreSQL and Redis. Pure. */
export function readLog(lines: readonly string[]): LogLine[] {
  const seen = new Map<string, number>()
  return lines.map((line) => {
    const count = (seen.get(line) ?? 0) + 1
    seen.set(line, count)
    return { key: `${count} ${line}`, ...(fromJson(line) ?? fromText(line)) }
  })
}

/** Whether a line is of that level at least, and has the wanted text in it. */
export function isWanted({ level, text }: LogLine, wanted: { least: LogLevel; text: string }): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(wanted.least) && text.toLowerCase().includes(wanted.text.toLowerCase())
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

function fromJson(line: string): Omit<LogLine, 'key'> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const {
      level,
      time,
      msg,
      pid: _pid,
      hostname: _hostname,
      name: _name,
      ...rest
    } = JSON.parse(line) as Record<string, unknown>
    const more = Object.entries(rest).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    const atMs = typeof time === 'number' ? time : Date.parse(String(time))
    return {
      level: ofNumber(level),
      ...(Number.isFinite(atMs) ? { atMs } : {}),
      text: [typeof msg === 'string' ? msg : '', ...more].filter(Boolean).join('  '),
    }
  } catch {
    return undefined
  }
}

/** Levels of pino are numbers, or their names. */
function ofNumber(level: unknown): LogLevel {
  if (typeof level === 'string') return ofWord(level)
  const number = Number(level)
  if (number >= 50) return 'error'
  if (number >= 40) return 'warn'
  return number < 30 ? 'debug' : 'info'
}

function fromText(line: string): Omit<LogLine, 'key'> {
  const word = /\blevel=(\w+)/.exec(line)?.[1] ?? /\b(FATAL|PANIC|ERROR|WARNING|WARN|DEBUG)\b/.exec(line)?.[1] ?? ''
  return { level: ofWord(word), text: line }
}

function ofWord(word: string): LogLevel {
  if (/^(?:error|fatal|panic|crit)/i.test(word)) return 'error'
  if (/^warn/i.test(word)) return 'warn'
  return /^(?:debug|trace)/i.test(word) ? 'debug' : 'info'
}
