/** String literals of PromQL and Go templates. */

/** One escape of a text in quotes: \n and its like, \\, the quotes, octal, \x, \u, \U. */
const ESCAPE = /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]?))/g
const PLAIN: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The value of a string literal: `"a\n"`, `'a'`, or between backticks, where nothing is escaped. */
export function unquote(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1)
  return literal.slice(1, -1).replace(ESCAPE, (_, ...groups: (string | undefined)[]) => {
    const [plain, octal, x, u, long, other = ''] = groups
    if (plain !== undefined) return PLAIN[plain] ?? plain
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '', 16) : Number.parseInt(octal, 8)
    return isCodePoint(code) ? String.fromCodePoint(code) : other
  })
}

/** What is wrong with a text in quotes; `undefined` when nothing is. */
export function literalProblem(literal: string): string | undefined {
  const quote = literal[0] ?? ''
  if (literal.length < 2 || !literal.endsWith(quote)) return 'a text without its closing quote'
  if (quote === '`') return undefined
  for (const [written, plain, octal, x, u, long] of literal.slice(1, -1).matchAll(ESCAPE)) {
    const wrongQuote = (plain === '"' || plain === "'") && plain !== quote
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '', 16) : Number.parseInt(octal, 8)
    if (wrongQuote || (plain === undefined && !isCodePoint(code)) || (octal !== undefined && code > 255)) {
      return `an unknown escape: ${written}`
    }
  }
  return undefined
}

const isCodePoint = (code: number): boolean =>
  Number.isInteger(code) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
