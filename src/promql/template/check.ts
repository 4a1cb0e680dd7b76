import { defined } from '../../base/defined.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import type { PromqlProblem } from '../check.ts'
import { templateFunctions } from './functions.ts'
import { type Token, type TokenKind, tokensOf } from './tokens.ts'

/** Checks the templates of an alert's labels and annotations. */

/** Variables that Prometheus sets before the template of an alert. */
const GIVEN = ['$', '$labels', '$externalLabels', '$externalURL', '$value']
const DEEPEST = 100

/** Why Prometheus refuses the template of a label or an annotation; empty for one that it takes. It stops at the first. */
export function checkTemplate(template: string): PromqlProblem[] {
  try {
    new TemplateParser(tokensOf(template)).parse()
    return []
  } catch (error) {
    if (error instanceof TemplateError) return [error.problem]
    throw error
  }
}

class TemplateError extends Error {
  readonly problem: PromqlProblem

  constructor({ from, to }: Token, message: string, next?: string) {
    super(message)
    this.problem = { message, from, to, ...defined({ next }) }
  }
}

/** What ends a list of actions. */
type Ending = 'else' | 'end' | 'end of text'
/** Values of which no command of a later stage of a pipeline can be made. */
const FIXED = new Set<TokenKind>(['string', 'character', 'number', 'dot'])
const CONSTANTS = new Set(['true', 'false', 'nil'])

/** Reads as Go's text/template does, and keeps nothing but the names of variables. */
class TemplateParser {
  readonly #tokens: readonly Token[]
  #next = 0
  #variables = [...GIVEN]
  #loops = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): void {
    this.#list(['end of text'], true)
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end of text', text: '', from: 0, to: 0 }
  }

  /** The next token; one that the lexer does not know ends it all. */
  #take(): Token {
    const token = this.#peek()
    if (token.kind === 'wrong') throw new TemplateError(token, token.message ?? `unexpected ${token.text}`)
    this.#next += 1
    return token
  }

  #skipSpace(): Token {
    while (this.#peek().kind === 'space') this.#next += 1
    return this.#peek()
  }

  #expect(kind: TokenKind): Token {
    this.#skipSpace()
    const token = this.#take()
    if (token.kind !== kind) throw unexpected(token)
    return token
  }

  #list(endings: readonly Ending[], top = false): Ending {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new TemplateError(this.#peek(), `deeper than is read here: ${DEEPEST} levels`)
    try {
      for (;;) {
        const token = this.#take()
        if (token.kind === 'text') continue
        if (token.kind === 'end of text') {
          if (endings.includes('end of text')) return 'end of text'
          throw new TemplateError(token, 'an {{ end }} is missing')
        }
        const ending = this.#action(top)
        if (ending === undefined) continue
        if (!endings.includes(ending.kind)) throw new TemplateError(ending.at, `unexpected {{ ${ending.kind} }}`)
        return ending.kind
      }
    } finally {
      this.#depth -= 1
    }
  }

  /** What stands between braces; what it ends, if it does. An `else` is left open: what follows it is for the caller. */
  #action(top: boolean): { kind: Ending; at: Token } | undefined {
    const token = this.#skipSpace()
    const { kind, text } = token
    if (kind !== 'word') return void this.#pipeline('close')
    if (text === 'end' || text === 'else') {
      this.#take()
      if (text === 'end') this.#expect('close')
      return { kind: text, at: token }
    }
    if (text === 'if' || text === 'range' || text === 'with') return void this.#control(text)
    if (text === 'break' || text === 'continue') {
      this.#take()
      this.#expect('close')
      if (this.#loops === 0) throw new TemplateError(token, `{{ ${text} }} outside of {{ range }}`)
      return
    }
    if (text === 'template' || text === 'block' || text === 'define') return void this.#named(text, top)
    this.#pipeline('close')
    return
  }

  #named(word: 'template' | 'block' | 'define', top: boolean): void {
    const token = this.#take()
    if (word === 'define' && !top) throw unexpected(token)
    this.#expect('string')
    if (word === 'template') {
      if (this.#skipSpace().kind === 'close') this.#take()
      else this.#pipeline('close')
      return
    }
    if (word === 'define') this.#expect('close')
    else this.#pipeline('close')
    const [before, loops] = [this.#variables, this.#loops]
    this.#variables = ['$']
    this.#loops = 0
    this.#list(['end'])
    this.#variables = before
    this.#loops = loops
  }

  #control(word: 'if' | 'range' | 'with'): void {
    this.#take()
    const before = this.#variables.length
    this.#pipeline('close', word === 'range')
    if (word === 'range') this.#loops += 1
    const ending = this.#list(['end', 'else'])
    if (word === 'range') this.#loops -= 1
    if (ending === 'else') this.#otherwise(word)
    this.#variables.length = before
  }

  #otherwise(word: 'if' | 'range' | 'with'): void {
    const next = this.#skipSpace()
    if (word === 'if' && next.kind === 'word' && next.text === 'if') {
      // Its own end is that of both.
      this.#control('if')
      return
    }
    this.#expect('close')
    this.#list(['end'])
  }

  #pipeline(ends: TokenKind, ranges = false): void {
    const begin = this.#skipSpace()
    this.#declarations(ranges)
    for (let stage = 1; ; stage += 1) {
      const token = this.#skipSpace()
      if (token.kind === ends) {
        this.#take()
        if (stage === 1) throw new TemplateError(begin, 'there is nothing to show or to look at')
        return
      }
      const fixed = FIXED.has(token.kind) || (token.kind === 'word' && CONSTANTS.has(token.text))
      if (stage > 1 && fixed) throw new TemplateError(token, 'only a function can stand behind a |')
      this.#command()
    }
  }

  #declarations(ranges: boolean): void {
    for (let count = 1; this.#skipSpace().kind === 'variable'; count += 1) {
      const begin = this.#next
      const variable = this.#take()
      const { kind } = this.#skipSpace()
      if (kind !== 'declare' && kind !== 'assign' && kind !== ',') {
        this.#next = begin
        return
      }
      const comma = this.#take()
      this.#variables.push(variable.text)
      if (kind !== ',') return
      if (!ranges || count > 1) throw new TemplateError(comma, 'too many variables')
    }
  }

  #command(): void {
    for (let count = 0; ; count += 1) {
      this.#skipSpace()
      const found = this.#operand()
      const token = this.#peek()
      if (token.kind === 'space' && found) continue
      if (token.kind === 'pipe') this.#take()
      else if (token.kind !== 'close' && token.kind !== ')') throw unexpected(this.#take())
      if (count === 0 && !found) throw new TemplateError(token, 'an empty command')
      return
    }
  }

  /** One value with the fields behind it; whether there is one. */
  #operand(): boolean {
    const token = this.#peek()
    const { kind, text } = token
    if (kind === '(') {
      this.#take()
      this.#depth += 1
      if (this.#depth > DEEPEST) throw new TemplateError(token, `deeper than is read here: ${DEEPEST} levels`)
      this.#pipeline(')')
      this.#depth -= 1
    } else if (kind === 'word') {
      if (!CONSTANTS.has(text) && !templateFunctions.includes(text)) {
        throw new TemplateError(token, `there is no function ${text}`, didYouMean(text, templateFunctions))
      }
      this.#take()
    } else if (kind === 'variable') {
      if (!this.#variables.includes(text)) {
        throw new TemplateError(token, `there is no variable ${text}`, didYouMean(text, this.#variables))
      }
      this.#take()
    } else if (kind === 'field' || FIXED.has(kind)) this.#take()
    else return false
    const bare = FIXED.has(kind) || (kind === 'word' && CONSTANTS.has(text))
    while (this.#peek().kind === 'field') {
      if (bare) throw unexpected(this.#take())
      this.#take()
    }
    return true
  }
}

function unexpected(token: Token): TemplateError {
  return new TemplateError(token, token.kind === 'end of text' ? 'it ends too early' : `unexpected ${token.text}`)
}
