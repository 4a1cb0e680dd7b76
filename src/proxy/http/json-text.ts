import { refusal } from '../errors.ts'

/** An object as the text has it: a name may come twice, and the order counts. */
export class JsonObject {
  readonly fields: readonly (readonly [name: string, value: Json])[]

  constructor(fields: JsonObject['fields']) {
    this.fields = fields
  }
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** Deeper values are refused: reading takes one call for each level. */
const MAX_DEPTH = 1_000

/**
 * Reads the first JSON value of a text as Go's decoder does, which reads the bodies in Toxiproxy: `rest` is the text after the
 * value. JSON.parse refuses such a text, and returns only the last of two fields with one name.
 * @throws FD_PROXY_BODY in Go's words
 */
export function readJson(text: string): { value: Json; rest: string } {
  const reader = new Reader(text)
  return { value: reader.value(0), rest: text.slice(reader.at) }
}

class Reader {
  at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw bad('exceeded max depth')
    const first = this.#next(depth === 0 ? 'EOF' : 'unexpected EOF')
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    if (first === '"') return this.#string()
    const token = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    if (token === undefined) throw this.#unexpected('looking for beginning of value')
    return JSON.parse(token) as boolean | number | null
  }

  #object(depth: number): JsonObject {
    const fields: [string, Json][] = []
    this.#take('{')
    while (this.#next() !== '}') {
      if (fields.length > 0) this.#take(',', 'after object key:value pair')
      if (this.#next() !== '"') throw this.#unexpected('looking for beginning of object key string')
      const name = this.#string()
      this.#take(':', 'after object key')
      fields.push([name, this.value(depth + 1)])
    }
    this.#take('}')
    return new JsonObject(fields)
  }

  #array(depth: number): Json[] {
    const items: Json[] = []
    this.#take('[')
    while (this.#next() !== ']') {
      if (items.length > 0) this.#take(',', 'after array element')
      items.push(this.value(depth + 1))
    }
    this.#take(']')
    return items
  }

  #string(): string {
    let end = this.at
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end === -1) throw bad('unexpected EOF')
    } while (this.#isEscaped(end))
    const token = this.#text.slice(this.at, end + 1)
    this.at = end + 1
    try {
      return JSON.parse(token) as string
    } catch {
      throw bad('invalid character in string literal')
    }
  }

  #isEscaped(quote: number): boolean {
    let first = quote
    while (this.#text[first - 1] === '\\') first--
    return (quote - first) % 2 === 1
  }

  /** The next character that is not a space. */
  #next(atEnd = 'unexpected EOF'): string {
    this.#match(/[ \t\r\n]*/y)
    const next = this.#text[this.at]
    if (next === undefined) throw bad(atEnd)
    return next
  }

  #take(wanted: string, place = ''): void {
    if (this.#next() !== wanted) throw this.#unexpected(place)
    this.at++
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  #unexpected(place: string): Error {
    const character = String.fromCodePoint(this.#text.codePointAt(this.at) ?? 0)
    const shown = character === '"' ? character : JSON.stringify(character).slice(1, -1).replace("'", "\\'")
    return bad(`invalid character '${shown}' ${place}`)
  }
}

function bad(words: string): Error {
  return refusal('FD_PROXY_BODY', `bad request body: ${words}`)
}
