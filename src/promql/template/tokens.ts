import { defined } from '../../base/defined.ts'
import { literalProblem } from '../string-literal.ts'

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'string'
  | 'character'
  | 'number'
  | 'variable'
  | 'field'
  | 'dot'
  | 'word'
  | 'declare'
  | 'assign'
  | 'pipe'
  | '('
  | ')'
  | ','
  | 'wrong'
  | 'end of text'

/** A piece of a template. Fields keep their dot, variables their `$`, strings their quotes. */
export interface Token {
  kind: TokenKind
  text: string
  /** Counted in characters from 0. */
  from: number
  to: number
  /** Of a `wrong` one: why. */
  message?: string
}

const KINDS: readonly [TokenKind, RegExp][] = [
  ['close', /(?:[ \t\r\n]-)?\}\}/y],
  ['space', /(?:(?![ \t\r\n]-\}\})[ \t\r\n])+/y],
  ['string', /"(?:\\.|[^"\\\n])*"|`[^`]*`/y],
  ['character', /'(?:\\(?:[0-7]{3}|x..|u.{4}|U.{8}|.)|[^'\\\n])'/uy],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)i?(?![\p{L}\p{Nd}_])/uy],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\.(?![\d])/y],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['(', /\(/y],
  [')', /\)/y],
  [',', /,/y],
]
/** Behind a name nothing else can stand. */
const AFTER_NAME = /[\s.,|:()]|\}\}|$/uy
const COMMENT = /\{\{(?:-[ \t\r\n])?\/\*(?:(?!\*\/)[\s\S])*\*\/(?:[ \t\r\n]-)?\}\}/y

/** A template of Go, as alerts have them, in pieces; what stands between braces, and the texts around. Ends at what is wrong. */
export function tokensOf(template: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const add = (kind: TokenKind, text: string, message?: string) => {
    tokens.push({ kind, text, from: at, to: at + text.length, ...defined({ message }) })
    at += text.length
  }
  const match = (regex: RegExp): string | undefined => {
    regex.lastIndex = at
    return regex.exec(template)?.[0]
  }
  while (at < template.length) {
    const open = template.indexOf('{{', at)
    if (open !== at) add('text', template.slice(at, open < 0 ? template.length : open))
    if (open < 0) break
    const comment = match(COMMENT)
    if (comment !== undefined) {
      add('text', comment)
      continue
    }
    add('open', match(/\{\{-(?=[ \t\r\n])/y) ?? '{{')
    if (/^[ \t\r\n]?\/\*/.test(template.slice(at, at + 3))) {
      add('wrong', template.slice(at, at + 3), 'a comment stands alone in its braces: {{/* … */}}')
      return tokens
    }
    while (tokens.at(-1)?.kind !== 'close') {
      const [kind, text] = nextOf(match) ?? []
      const message = problemOf({ kind, text, next: match(/[\s\S]/uy), end: at + (text?.length ?? 0), template })
      if (kind === undefined || text === undefined || message !== undefined) {
        add('wrong', text ?? match(/[\s\S]/uy) ?? '', message)
        return tokens
      }
      add(kind, text)
    }
  }
  add('end of text', '')
  return tokens
}

function nextOf(match: (regex: RegExp) => string | undefined): [TokenKind, string] | undefined {
  for (const [kind, regex] of KINDS) {
    const text = match(regex)
    if (text !== undefined) return [kind, text]
  }
  return undefined
}

function problemOf({ kind, text, next, end, template }: Read): string | undefined {
  if (next === undefined) return 'the braces {{ are not closed'
  if (kind === undefined || text === undefined) {
    return next === '"' || next === '`' || next === "'" ? 'a text without its closing quote' : `unexpected ${next}`
  }
  if (kind === 'string' || kind === 'character') return literalProblem(text)
  AFTER_NAME.lastIndex = end
  const isName = kind === 'word' || kind === 'field' || kind === 'variable'
  return isName && !AFTER_NAME.test(template) ? `unexpected ${template.slice(end, end + 1)} behind ${text}` : undefined
}

/** What was read at one place of a template. */
interface Read {
  /** Undefined where there is no token. */
  kind: TokenKind | undefined
  text: string | undefined
  /** The next character. */
  next: string | undefined
  /** Where the token ends. */
  end: number
  template: string
}
