import { type CST, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode } from 'yaml'
import { defined } from '../defined.ts'
import { isObject } from '../is-object.ts'

/** What one YAML file may hold: far more than anybody writes, and what is read in less than a second. */
export const yamlLimits = {
  /** Words, signs and blanks, as the lexer counts them; a line of `key: value` has seven. */
  tokens: 75_000,
  /** Lists and mappings within each other. */
  depth: 100,
  /** Values, those that aliases stand for included each time. */
  values: 100_000,
} as const

/** Where a text has more tokens than are read, as an offset; `undefined` when it does not. */
export function tooMuchAt(text: string): number | undefined {
  // No token is empty but the few that the lexer adds.
  if (text.length <= yamlLimits.tokens / 2) return undefined
  let tokens = 0
  let offset = 0
  for (const token of new Lexer().lex(text)) {
    tokens += 1
    offset += token.length
    if (tokens > yamlLimits.tokens) return Math.min(offset, text.length)
  }
  return undefined
}

/** Where the tokens of a parser go deeper than is read, as an offset: what makes nodes of them calls itself for each level. */
export function tooDeepAt(tokens: readonly CST.Token[]): number | undefined {
  let level: CST.Token[] = [...tokens]
  // Documents are the first level.
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > yamlLimits.depth) return level[0]?.offset
    level = level.flatMap((token) => {
      if (token.type === 'document') return token.value === undefined ? [] : [token.value]
      if (!('items' in token)) return []
      return token.items.flatMap(({ key, value }) => [key, value].filter((one) => one !== null && one !== undefined))
    })
    level = level.filter((token) => token.type === 'document' || 'items' in token)
  }
  return undefined
}

/** The key that takes over what another mapping has: `<<: *defaults`. In quotes it is one like any other. */
export const isMergeKey = (key: unknown): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** A name such as __proto__ is one like any other. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}

/** How a document is read. */
export interface YamlReading {
  /** A number is the text that stands there, as for a program that reads it where it wants a text: 007, 1e3. Default: it is a number. */
  numbersAsWritten?: boolean
}

export interface ValueProblem {
  offset: number
  message: string
  expected?: string
}

/** More of these say nothing new. */
const MOST_PROBLEMS = 100

type Node = ParsedNode | null
interface Pair {
  key: Node
  value: Node
}
/** What an anchor stands for; `undefined` while that is not over. */
type Anchored = { value: unknown; values: number } | undefined

/**
 * The value of a document, and what makes it unfit to have one, though each part of it is YAML: keys that are there twice or
 * are no texts, and aliases that stand for themselves or for too much. Takes linear time, which the library's own way
 * does not: it looks for each alias through the whole document, and compares each key with each.
 */
export function readValue(root: Node, reading: YamlReading = {}): { value: unknown; problems: ValueProblem[] } {
  const reader = new ValueReader(reading)
  return { value: reader.read(root), problems: reader.problems }
}

class ValueReader {
  readonly problems: ValueProblem[] = []
  readonly #reading: YamlReading
  readonly #anchors = new Map<string, Anchored>()
  #values = 0
  #full = false

  constructor(reading: YamlReading) {
    this.#reading = reading
  }

  read(node: Node): unknown {
    if (node === null || this.problems.length >= MOST_PROBLEMS || this.#values > yamlLimits.values) return null
    const before = this.#values
    this.#values += 1
    const { anchor } = node as { anchor?: string }
    if (anchor !== undefined) this.#anchors.set(anchor, undefined)
    const value = this.#readNode(node)
    if (anchor !== undefined) this.#anchors.set(anchor, { value, values: this.#values - before })
    if (!this.#full && this.#values > yamlLimits.values) {
      this.#full = true
      const expected = `at most ${yamlLimits.values}, aliases counted in full`
      this.#complain(node, 'more values than are read from one file', expected)
    }
    return value
  }

  #readNode(node: ParsedNode): unknown {
    if (isAlias(node)) return this.#readAlias(node, node.source)
    if (isScalar(node)) {
      const isText = this.#reading.numbersAsWritten === true && typeof node.value === 'number'
      return isText ? node.source : node.value
    }
    if (isSeq(node)) return node.items.map((item) => this.read(item as Node))
    return isMap(node) ? this.#readPairs(node.items as readonly Pair[]) : null
  }

  #readAlias(alias: ParsedNode, name: string): unknown {
    const anchored = this.#anchors.get(name)
    if (anchored === undefined) {
      const message = this.#anchors.has(name)
        ? `*${name} stands within what it stands for`
        : `there is no &${name} before this`
      this.#complain(alias, message, 'an alias of something before it')
      return null
    }
    this.#values += anchored.values - 1
    return anchored.value
  }

  #readPairs(pairs: readonly Pair[]): object {
    const object = {}
    const merged: unknown[] = []
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) {
        merged.push(...this.#readMerged(value))
        continue
      }
      if (key !== null && !isScalar(key)) {
        this.#complain(key, 'a key that is no text', 'key: value')
        continue
      }
      const name = String(key?.value ?? '')
      if (Object.hasOwn(object, name) && key !== null) this.#complain(key, `the key "${name}" is there twice`)
      this.read(key)
      define(object, name, this.read(value))
    }
    // What stands in the mapping itself comes first, then the first of what is merged.
    for (const [name, value] of merged.flatMap((mapping) => Object.entries(mapping as object))) {
      if (!Object.hasOwn(object, name)) define(object, name, value)
    }
    return object
  }

  #readMerged(value: Node): unknown[] {
    const given = this.read(value)
    const mappings = (Array.isArray(given) ? given : [given]).filter(isObject)
    if (value !== null && mappings.length === 0) this.#complain(value, 'not a mapping', '<<: an alias of a mapping')
    return mappings
  }

  #complain(node: ParsedNode, message: string, expected?: string): void {
    this.problems.push({ offset: node.range[0], message, ...defined({ expected }) })
  }
}
