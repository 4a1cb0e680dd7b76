import { literalProblem, unquote } from '../../promql/string-literal.ts'
import { type Matcher, type MatchOperator, makeMatcher } from '../matcher.ts'

/** Reads the matchers of Alertmanager's configuration, one text of which can hold several. */

/** The matchers of a text, or what is wrong with it. */
export type ReadMatchers = { matchers: Matcher[] } | { problem: string }

/**
 * Reads `team="shop"`, `{team="shop", severity=~"a|b"}`. The form that every version has comes first, as it does in Alertmanager
 * where both can be read; the newer one (0.27) also has label names between quotes.
 */
export function parseMatchers(text: string): ReadMatchers {
  const pieces = piecesOf(text)
  const classic = readAll(pieces, readClassic)
  if ('matchers' in classic) return classic
  const newer = readAll(pieces, readNewer)
  return 'matchers' in newer ? newer : classic
}

function readAll(pieces: readonly string[], read: (piece: string) => Matcher | string): ReadMatchers {
  const matchers: Matcher[] = []
  for (const piece of pieces) {
    const made = read(piece)
    if (typeof made === 'string') return { problem: made }
    matchers.push(made)
  }
  return { matchers }
}

/** The texts between the commas that stand outside of quotes, without the braces around all. */
function piecesOf(text: string): string[] {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '')
  const pieces: string[] = []
  let piece = ''
  let quoted = false
  let escaped = false
  for (const character of inner) {
    if (character === ',' && !quoted) {
      pieces.push(piece)
      piece = ''
      continue
    }
    if (character === '"' && !escaped) quoted = !quoted
    escaped = character === '\\' ? !escaped : false
    piece += character
  }
  return piece.trim() === '' ? pieces : [...pieces, piece]
}

const CLASSIC = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!=|!~|=)([\s\S]*)$/

function readClassic(piece: string): Matcher | string {
  const [, name, operator, written] = CLASSIC.exec(piece.trim()) ?? []
  if (name === undefined || operator === undefined || written === undefined) return `not a matcher: ${piece.trim()}`
  const value = classicValue(written.trim())
  if (value === undefined) return `a quote too many or too few: ${piece.trim()}`
  return made(name, operator, value)
}

/** The value of a text with or without quotes. What is no known escape stands for itself. */
function classicValue(written: string): string | undefined {
  const quoted = written.startsWith('"')
  const inner = quoted ? written.slice(1) : written
  let value = ''
  let closed = false
  for (let at = 0; at < inner.length; at += 1) {
    const character = inner[at] ?? ''
    const next = inner[at + 1]
    if (character === '\\' && next !== undefined) {
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`
      at += 1
    } else if (character === '"') {
      if (!quoted || at < inner.length - 1) return undefined
      closed = true
    } else value += character
  }
  return quoted && !closed ? undefined : value
}

const NEWER = /^("(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)\s*(=~|!=|!~|=)\s*("(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)$/

function readNewer(piece: string): Matcher | string {
  const [, name, operator, value] = NEWER.exec(piece.trim()) ?? []
  if (name === undefined || operator === undefined || value === undefined) return `not a matcher: ${piece.trim()}`
  const [label, wanted] = [plainOf(name), plainOf(value)]
  if (label === undefined || wanted === undefined) return `an unknown escape: ${piece.trim()}`
  return made(label, operator, wanted)
}

function plainOf(written: string): string | undefined {
  if (!written.startsWith('"')) return written
  return literalProblem(written) === undefined ? unquote(written) : undefined
}

function made(name: string, operator: string, value: string): Matcher | string {
  return (
    makeMatcher(name, operator as MatchOperator, value) ?? `not a regular expression in the syntax of RE2: ${value}`
  )
}
