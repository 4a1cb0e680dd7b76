/**
 * How Go's encoding/json reads a text into a type, as a model for tests: keys match fields in any case, by Unicode's simple
 * folding; of equal keys the last scalar counts, while structs and maps are merged; null leaves a scalar as it is and makes nil
 * of the others, structs being behind pointers; halves of surrogate pairs and bytes that are no UTF-8 become U+FFFD; what follows the first value is not looked at.
 * (encoding/json, "Unmarshal"; the engine reads bodies with a Decoder.)
 */
export type GoType =
  | { kind: 'scalar' }
  | { kind: 'list' }
  | { kind: 'map'; of: GoType }
  | { kind: 'struct'; fields: Record<string, GoType> }

export const scalar: GoType = { kind: 'scalar' }
export const list: GoType = { kind: 'list' }
export const map = (of: GoType): GoType => ({ kind: 'map', of })
export const struct = (fields: Record<string, GoType>): GoType => ({ kind: 'struct', fields })

/** Of `POST /containers/create`: the fields that decide what a container may do. */
export const CREATE = struct({
  Image: scalar,
  User: scalar,
  Env: list,
  Cmd: list,
  Entrypoint: list,
  Labels: map(scalar),
  Volumes: map(scalar),
  HostConfig: struct({
    Binds: list,
    Mounts: list,
    Privileged: scalar,
    CapAdd: list,
    CapDrop: list,
    SecurityOpt: list,
    NetworkMode: scalar,
    PidMode: scalar,
    Devices: list,
    ReadonlyRootfs: scalar,
    Memory: scalar,
  }),
  NetworkingConfig: struct({ EndpointsConfig: map(struct({ Aliases: list, IPAddress: scalar })) }),
})

/** A text as it stands: equal keys are kept, numbers are texts. */
type Node =
  | { kind: 'object'; pairs: [string, Node][] }
  | { kind: 'array'; items: Node[] }
  | { kind: 'string'; value: string }
  | { kind: 'literal'; text: string }

/** @throws SyntaxError where Go answers with an error. */
export function goReads(type: GoType, bytes: Buffer): unknown {
  return fill(type, undefined, new Parser(bytes.toString('utf8')).value())
}

function fill(type: GoType, before: unknown, node: Node): unknown {
  if (node.kind === 'literal' && node.text === 'null') return type.kind === 'scalar' ? before : undefined
  if (type.kind === 'scalar' || type.kind === 'list') return plain(node)
  if (node.kind !== 'object') throw new SyntaxError(`a ${node.kind} is no ${type.kind}`)
  const into = { ...(before as Record<string, unknown> | undefined) }
  for (const [key, value] of node.pairs) {
    const name = type.kind === 'map' ? key : fieldFor(key, Object.keys(type.fields))
    if (name === undefined) continue
    const of = type.kind === 'map' ? type.of : (type.fields[name] ?? scalar)
    // An element of a map begins empty each time; a field keeps its present value.
    into[name] = fill(of, type.kind === 'map' ? undefined : into[name], value)
  }
  return into
}

function fieldFor(key: string, names: readonly string[]): string | undefined {
  return names.find((name) => name === key) ?? names.find((name) => fold(name) === fold(key))
}

/** Simple folding, as far as it reaches the letters of field names: K (U+212A) is k, ſ (U+017F) is s. */
function fold(text: string): string {
  return text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('\u212a', 'k')
    .replaceAll('\u017f', 's')
}

function plain(node: Node): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.pairs.map(([key, value]) => [key, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'string':
      return node.value
    case 'literal':
      // Into an int64 Go reads whole numbers alone, digit for digit.
      return /^-?\d+$/.test(node.text)
        ? goNumber(node.text)
        : node.text === 'true'
          ? true
          : node.text === 'false'
            ? false
            : node.text
  }
}

/** One that JavaScript cannot hold stays a text, so that it equals nothing that JavaScript has read. */
function goNumber(text: string): number | string {
  return String(Number(text)) === text ? Number(text) : text
}

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?))/y

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(token = this.#next()): Node {
    if (token === '{') return { kind: 'object', pairs: this.#pairs() }
    if (token === '[') return { kind: 'array', items: this.#items() }
    if (token.startsWith('"')) return { kind: 'string', value: unquote(token) }
    if (/^[\]},:]$/.test(token)) throw new SyntaxError(token)
    return { kind: 'literal', text: token }
  }

  #pairs(): [string, Node][] {
    const pairs: [string, Node][] = []
    for (let token = this.#next(); token !== '}' || pairs.length > 0; token = this.#next()) {
      if (!token.startsWith('"')) throw new SyntaxError(token)
      if (this.#next() !== ':') throw new SyntaxError('no colon')
      pairs.push([unquote(token), this.value()])
      if (this.#separator('}')) return pairs
    }
    return pairs
  }

  #items(): Node[] {
    const items: Node[] = []
    for (let token = this.#next(); token !== ']' || items.length > 0; token = this.#next()) {
      items.push(this.value(token))
      if (this.#separator(']')) return items
    }
    return items
  }

  /** Whether the list ends here. */
  #separator(end: string): boolean {
    const token = this.#next()
    if (token !== ',' && token !== end) throw new SyntaxError(token)
    return token === end
  }

  #next(): string {
    TOKEN.lastIndex = this.#at
    const [whole, mark, string, literal] = TOKEN.exec(this.#text) ?? []
    if (whole === undefined) throw new SyntaxError(`at ${this.#at}`)
    this.#at += whole.length
    return mark ?? string ?? literal ?? ''
  }
}

/** Go has no halves of surrogate pairs. */
function unquote(token: string): string {
  return (JSON.parse(token) as string).replace(/\p{Cs}/gu, '\ufffd')
}
