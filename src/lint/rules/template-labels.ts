import { unquote } from '../../promql/string-literal.ts'
import type { Place } from '../problem.ts'
import { type Action, actionsOf, type Token } from './template-actions.ts'

/** A label that a template prints. */
export interface TemplateLabel {
  label: string
  at: Place
  /** The query whose result has the label; missing: the alert. */
  query?: string
}

/** The labels of `.` or of a variable. */
type Dot = { is: 'alert' } | { is: 'unknown' } | { is: 'list' | 'sample'; query: string }

const ALERT: Dot = { is: 'alert' }
const UNKNOWN: Dot = { is: 'unknown' }
const OPENING = new Set(['if', 'with', 'range', 'define', 'block'])

/** The labels that a template prints. A label that it tests first, with `if` or `with`, may be missing and is left out. */
export function labelsIn(text: string): TemplateLabel[] {
  const found: TemplateLabel[] = []
  const asked = new Set<string>()
  const variables = new Map<string, Dot>()
  const dots: Dot[] = [ALERT]
  for (const { tokens } of actionsOf(text)) {
    const isElse = tokens[0]?.text === 'else'
    const [keyword, ...rest] = isElse ? tokens.slice(1) : tokens
    const word = keyword?.text ?? ''
    if (word === 'end') {
      if (dots.length > 1) dots.pop()
      continue
    }
    const dot = dots.at(-1) ?? UNKNOWN
    const opens = OPENING.has(word)
    const named = namesOf(opens || isElse ? rest : tokens, dot, variables)
    const isQuestion = word === 'if' || word === 'with' || tokens.some(({ text: one }) => one === 'or')
    if (isQuestion) for (const { label } of named) asked.add(label)
    else found.push(...named)
    const assigned = rest.findIndex(({ text: one }) => one === ':=')
    const value = dotOf(opens ? rest.slice(assigned + 1) : tokens.slice(2), dot, variables)
    const inner = word === 'range' ? elementOf(value) : word === 'with' ? value : word === 'if' ? dot : UNKNOWN
    if (opens && !isElse) dots.push(inner)
    else if (isElse) dots[dots.length - 1] = opens ? inner : (dots.at(-2) ?? ALERT)
    if (opens && assigned >= 0) variables.set(rest[assigned - 1]?.text ?? '', inner)
    if (!opens && tokens[1]?.text === ':=') variables.set(word, value)
  }
  return found.filter(({ label, query }) => query !== undefined || !asked.has(label))
}

/** Actions that print the value of an alert: a label with one changes whenever the value does. */
export function printsValue(text: string): Action | undefined {
  return actionsOf(text).find(({ tokens }) => {
    const first = tokens[0]?.text ?? ''
    const decides = OPENING.has(first) || first === 'else' || tokens[1]?.text === ':='
    return !decides && tokens.some(({ text: one }) => one === '$value' || one === '.Value' || one === '$.Value')
  })
}

const elementOf = (dot: Dot): Dot => (dot.is === 'list' ? { is: 'sample', query: dot.query } : UNKNOWN)

function namesOf(tokens: readonly Token[], dot: Dot, variables: ReadonlyMap<string, Dot>): TemplateLabel[] {
  return tokens.flatMap((token, index) => {
    const [head = '', field, label] = token.text.split('.')
    if (head === '$labels' && field !== undefined) return [{ label: field, at: token }]
    const next = tokens[index + 1]
    const quoted = next !== undefined && /^["`]/.test(next.text) ? unquote(next.text) : undefined
    const isIndexed = tokens[index - 1]?.text === 'index' && quoted !== undefined
    if (head === '$labels' && isIndexed) return [{ label: quoted, at: spanning(token, next) }]
    if (field === 'Labels') {
      const of = head === '' ? dot : head === '$' ? ALERT : (variables.get(head) ?? UNKNOWN)
      if (label !== undefined) return named(label, token, of)
      return isIndexed ? named(quoted, spanning(token, next), of) : []
    }
    if (token.text === 'label' && quoted !== undefined) {
      return named(quoted, spanning(token, next), sampleIn(tokens, dot, variables))
    }
    return []
  })
}

const spanning = (from: Token, to: Token | undefined): Place => ({
  from: from.from,
  to: to?.to ?? from.to,
  text: `${from.text} ${to?.text ?? ''}`,
})

function named(label: string, at: Place, of: Dot): TemplateLabel[] {
  if (of.is === 'alert') return [{ label, at }]
  return of.is === 'sample' ? [{ label, at, query: of.query }] : []
}

/** The sample whose label `label "x"` reads: `query "…" | first | label "x"`, or `.` */
function sampleIn(tokens: readonly Token[], dot: Dot, variables: ReadonlyMap<string, Dot>): Dot {
  if (tokens.some(({ text }) => text === 'query')) return dotOf(tokens, dot, variables)
  const subject = tokens.find(({ text }) => text === '.' || variables.has(text))
  if (subject === undefined) return UNKNOWN
  const value = subject.text === '.' ? dot : (variables.get(subject.text) ?? UNKNOWN)
  return value.is === 'list' && tokens.some(({ text }) => text === 'first') ? elementOf(value) : value
}

function dotOf(tokens: readonly Token[], dot: Dot, variables: ReadonlyMap<string, Dot>): Dot {
  const texts = tokens.map(({ text }) => text)
  const [only = ''] = texts
  if (texts.length === 1) return only === '.' ? dot : (variables.get(only) ?? UNKNOWN)
  const at = texts.indexOf('query')
  const query = /^["`]/.test(texts[at + 1] ?? '') ? texts[at + 1] : at === 2 && texts[1] === '|' ? only : undefined
  if (at < 0 || query === undefined || !/^["`]/.test(query) || texts.includes('value')) return UNKNOWN
  return { is: texts.includes('first') ? 'sample' : 'list', query: unquote(query) }
}
