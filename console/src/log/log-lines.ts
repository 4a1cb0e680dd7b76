/** One entry of a log, taken apart as far as its form is known. */
export interface LogLine {
  /** Distinguishes entries of the same text. */
  key: string
  level: LogLevel
  /** Epoch milliseconds; absent where the entry has none that is read here. */
  atMs?: number
  text: string
  /** What follows its first line: the stack of an error, a statement over several lines. */
  more?: string
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The entries of services of Firedrill (JSON), of Prometheus' family (key=value), of PostgreSQL and Redis. Pure. */
export function readLog(lines: readonly string[]): LogLine[] {
  const seen = new Map<string, number>()
  const read: LogLine[] = []
  for (const line of lines) {
    const last = read.at(-1)
    // A stack that was written as it is: its lines are indented below their first.
    if (last !== undefined && /^\s+\S/.test(line)) {
      last.more = last.more === undefined ? line : `${last.more}\n${line}`
      continue
    }
    const count = (seen.get(line) ?? 0) + 1
    seen.set(line, count)
    read.push({ key: `${count} ${line}`, ...(fromJson(line) ?? fromText(line)) })
  }
  return read
}

/** Whether an entry is of that level at least, and has the wanted text in it. */
export function isWanted(line: LogLine, wanted: { least: LogLevel; text: string }): boolean {
  return ORDER.indexOf(line.level) >= ORDER.indexOf(wanted.least) && (has(line.text, wanted) || isInMore(line, wanted))
}

/** Whether the wanted text is in what follows the first line. */
export function isInMore({ more = '' }: LogLine, wanted: { text: string }): boolean {
  return has(more, wanted)
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

function has(text: string, wanted: { text: string }): boolean {
  return text.toLowerCase().includes(wanted.text.toLowerCase())
}

type Read = Omit<LogLine, 'key'>

function fromJson(line: string): Read | undefined {
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
    const message = typeof msg === 'string' ? msg : ''
    const fields = Object.entries(rest).map(([key, value]) => fieldOf(key, value, message))
    const atMs = typeof time === 'number' ? time : Date.parse(String(time))
    const [text = '', ...below] = message.split('\n')
    const more = [...below, ...fields.flatMap((field) => field.more ?? [])].join('\n')
    return {
      level: ofNumber(level),
      ...(Number.isFinite(atMs) ? { atMs } : {}),
      text: [text, ...fields.map((field) => field.text)].filter(Boolean).join('  '),
      ...(more === '' ? {} : { more }),
    }
  } catch {
    return undefined
  }
}

/** A field as it stands behind the message, and what of it has lines of its own: the stack of an error. */
function fieldOf(key: string, value: unknown, message: string): { text: string; more?: string } {
  if (isError(value)) {
    const { stack, message: says = '', type: _type, ...rest } = value
    const fields = Object.entries(rest).map(([name, field]) => `${key}.${name}=${written(field)}`)
    // What logs an error alone has its message as the message of the line.
    const own = message.includes(says) ? [] : [`${key}=${says}`]
    return { text: [...own, ...fields].join('  '), more: stack }
  }
  if (typeof value === 'string' && value.includes('\n')) return { text: '', more: `${key}=${value}` }
  return { text: `${key}=${written(value)}` }
}

function isError(value: unknown): value is { stack: string; message?: string; type?: unknown } {
  return typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string'
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Levels of pino are numbers, or their names. */
function ofNumber(level: unknown): LogLevel {
  if (typeof level === 'string') return ofWord(level)
  const number = Number(level)
  if (number >= 50) return 'error'
  if (number >= 40) return 'warn'
  return number < 30 ? 'debug' : 'info'
}

function fromText(line: string): Read {
  const word = /\blevel=(\w+)/.exec(line)?.[1] ?? /\b(FATAL|PANIC|ERROR|WARNING|WARN|DEBUG)\b/.exec(line)?.[1] ?? ''
  return { level: ofWord(word), text: line }
}

function ofWord(word: string): LogLevel {
  if (/^(?:error|fatal|panic|crit)/i.test(word)) return 'error'
  if (/^warn/i.test(word)) return 'warn'
  return /^(?:debug|trace)/i.test(word) ? 'debug' : 'info'
}
