import { hangingLines, type Terminal } from '../terminal/hanging-lines.ts'
import { paint } from '../terminal/output.ts'

/** What a check has found, for a terminal: with its mark, what was tried, and what helps. */
export function checkLines(
  { status, name, detail, tried = [], help = [] }: CheckFinding,
  { nameWidth, stream = process.stdout }: { nameWidth: number; stream?: Terminal },
): string[] {
  const { sign, colour } = MARKS[status]
  const [first = '', ...more] = hangingLines(`${sign} ${name.padEnd(nameWidth)} `, detail, stream)
  return [
    paint(stream, colour, sign) + first.slice(sign.length),
    ...more,
    ...tried.flatMap((line) => hangingLines('    tried  ', line, stream)),
    ...help.flatMap((line) => (isCopied(line) ? [`    next   ${line}`] : hangingLines('    next   ', line, stream))),
  ]
}

export interface CheckFinding {
  status: keyof typeof MARKS
  name: string
  detail: string
  tried?: readonly string[]
  help?: readonly string[]
}

const MARKS = {
  ok: { sign: '✔', colour: 'green' },
  note: { sign: '!', colour: 'yellow' },
  bad: { sign: '✘', colour: 'red' },
} as const

/** A command, or a line of YAML, is copied as one line. */
function isCopied(text: string): boolean {
  return COMMAND.test(text) || /^[\w.]+: *[[{]/.test(text)
}

const COMMAND = /^(sudo )?(apt-get|brew|docker|firedrill|kill|kubectl|npm|systemctl) /
