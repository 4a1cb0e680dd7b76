import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  Parser,
  type Range,
  type YAMLMap,
} from 'yaml'
import type { FileProblem, Path } from '../files/file-problem.ts'
import { placeInScalar, type ScalarStyle } from './scalar-place.ts'
import { isMergeKey, readValue, tooDeepAt, tooMuchAt, type YamlReading, yamlLimits } from './yaml-value.ts'

/** A YAML text, parsed, with a way back from a path to its line. */
export interface YamlSource {
  value: unknown
  /** What is wrong with it as YAML; `value` is of no use then. */
  problems: FileProblem[]
  /** Where the value at a path stands; for a path that is not there, what is nearest around it. */
  positionOf(path: Path): Position
  /** Where the key itself stands. */
  positionOfKey(parent: Path, key: string): Position
  /** Where the character at `offset` of the text at a path stands. */
  positionIn(path: Path, offset: number): Position
}

export interface Position {
  line: number
  column: number
}

/** Keys that are there twice are found by `readValue`: the library compares each with each. No file chooses another schema. */
const options = { prettyErrors: false, uniqueKeys: false, schema: 'core', logLevel: 'error' } as const

/** A file of one document; a second one is a problem. */
export function parseYamlSource(text: string, reading: YamlReading = {}): YamlSource {
  const [first, second] = parseYamlSources(text, reading)
  if (first === undefined || second === undefined || first.problems.length > 0) return first ?? empty
  return { ...first, problems: [{ ...second.begin, path: '', message: 'more than one document' }] }
}

/** A file of documents between `---` lines; lines are counted through the whole file. */
export function parseYamlSources(text: string, reading: YamlReading = {}): (YamlSource & { begin: Position })[] {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const refused = (offset: number, message: string, expected: string) => {
    const problems = [{ ...at(offset), path: '', message, expected }]
    return [{ value: undefined, problems, begin: at(0), ...atBegin }]
  }
  // What takes the parser too long is refused before it, what takes it too deep before documents are made.
  const many = tooMuchAt(text)
  if (many !== undefined) {
    const line = text.slice(0, many).split('\n').length
    const expected = `at most ${yamlLimits.tokens} tokens, which are about ${Math.floor(yamlLimits.tokens / 7)} lines`
    return refused(0, `more than is read from one file: it ends at line ${line}`, expected)
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const deep = tooDeepAt(tokens)
  if (deep !== undefined) {
    return refused(deep, 'too deep', `at most ${yamlLimits.depth} lists and mappings within each other`)
  }
  const documents = new Composer(options).compose(tokens, true, text.length)
  return [...documents].map((document) => ({
    ...sourceOf(document, { text, at, reading }),
    begin: at(document.range[0]),
  }))
}

const begin: Position = { line: 1, column: 1 }
const atBegin = { positionOf: () => begin, positionOfKey: () => begin, positionIn: () => begin }
const empty: YamlSource = { value: null, problems: [], ...atBegin }

/**
 * The places of a JSON text that was read already: JSON is YAML, but YAML takes its time, so that they are looked for only when
 * there is a problem to report. In a text that is too long for that, every place is its begin.
 */
export function positionsInJson(text: string): YamlSource {
  let source: YamlSource | undefined
  const parsed = () => {
    source ??= parseYamlSource(text)
    return source
  }
  return {
    value: undefined,
    problems: [],
    positionOf: (path) => parsed().positionOf(path),
    positionOfKey: (parent, key) => parsed().positionOfKey(parent, key),
    positionIn: (path, offset) => parsed().positionIn(path, offset),
  }
}

function sourceOf(
  document: Document.Parsed<ParsedNode>,
  { text, at, reading }: { text: string; at: (offset: number) => Position; reading: YamlReading },
): YamlSource {
  /** The nodes on the way to a path, as far as it goes. */
  const wayTo = (path: Path): { nodes: Node[]; whole: boolean } => {
    const nodes: Node[] = document.contents === null ? [] : [document.contents]
    for (const step of path) {
      const inner = childAt(nodes.at(-1), step)
      if (inner === undefined) return { nodes, whole: false }
      nodes.push(inner)
    }
    return { nodes, whole: nodes.length > 0 }
  }
  const positionOf = (path: Path): Position => at(wayTo(path).nodes.findLast(({ range }) => range)?.range?.[0] ?? 0)
  const positionOfKey = (parent: Path, key: string): Position => {
    const { nodes, whole } = wayTo(parent)
    const map = nodes.at(-1)
    const start = whole && isMap(map) ? pairsOf(map).get(key)?.key.range?.[0] : undefined
    return start === undefined ? positionOf([...parent, key]) : at(start)
  }

  const positionIn = (path: Path, offset: number): Position => {
    const { nodes, whole } = wayTo(path)
    const node = nodes.at(-1)
    if (!whole || !isScalar(node) || !node.range) return positionOf(path)
    const [from, to] = node.range
    const style = node.type as ScalarStyle | undefined
    const scalar = { written: text.slice(from, to), style, text: String(node.value ?? '') }
    return at(from + placeInScalar(scalar, offset))
  }

  const problems: FileProblem[] = document.errors.map((error) => ({
    ...at(error.pos[0]),
    path: '',
    message: `not YAML: ${firstLine(error.message)}`,
  }))
  if (problems.length > 0) return { value: undefined, problems, positionOf, positionOfKey, positionIn }
  const { value, problems: more } = readValue(document.contents, reading)
  for (const { offset, ...problem } of more) problems.push({ ...at(offset), path: '', ...problem })
  return { value, problems, positionOf, positionOfKey, positionIn }
}

type Node = { range?: Range | null | undefined }
interface Entry {
  key: Node
  value: Node | null
}

function childAt(node: Node | undefined, step: string | number): Node | undefined {
  if (isMap(node)) {
    const own = pairsOf(node).get(String(step))?.value
    // What is merged in stands where it is merged, as far as the file of this mapping goes.
    return own ?? (node.items.find(({ key }) => isMergeKey(key))?.value as Node | undefined)
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined
  return isScalar(item) || isMap(item) || isSeq(item) || isAlias(item) ? item : undefined
}

/** Pairs by key, found once: a search through them for each key of a large mapping takes quadratic time. */
const found = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>()

function pairsOf(map: YAMLMap): ReadonlyMap<string, Entry> {
  let pairs = found.get(map)
  if (pairs === undefined) {
    pairs = new Map(
      map.items.flatMap(({ key, value }) =>
        isScalar(key) ? [[String(key.value ?? ''), { key, value: value as Node | null } as Entry] as const] : [],
      ),
    )
    found.set(map, pairs)
  }
  return pairs
}

/** Of what the parser says, in characters: it repeats what it was given. */
const LONGEST_MESSAGE = 200

function firstLine(message: string): string {
  const [line = message] = message.split('\n')
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line
}
