import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  parseDocument,
  type Range,
} from 'yaml'
import { messageOf } from './errors.ts'
import type { FileProblem, Path } from './file-problem.ts'

export interface Position {
  line: number
  column: number
}

/** A YAML text, parsed, with a way back from a path to its line. */
export interface YamlSource {
  value: unknown
  /** What is wrong with it as YAML; `value` is of no use then. */
  problems: FileProblem[]
  /** Where the value at a path stands; for a path that is not there, what is nearest around it. */
  positionOf(path: Path): Position
  /** Where the key itself stands. */
  positionOfKey(parent: Path, key: string): Position
}

/** A file of one document; a second one is a problem. */
export function parseYamlSource(text: string): YamlSource {
  const lines = new LineCounter()
  return sourceOf(parseDocument(text, { lineCounter: lines, prettyErrors: false }), lines)
}

/** A file of documents between `---` lines; lines are counted through the whole file. */
export function parseYamlSources(text: string): YamlSource[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  return Array.isArray(documents) ? documents.map((document) => sourceOf(document, lines)) : []
}

function sourceOf(document: Document.Parsed<ParsedNode>, lines: LineCounter): YamlSource {
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const nodeAt = (path: Path): { range?: Range | null | undefined } | undefined => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true)
    return isNode(node) ? node : undefined
  }
  const positionOf = (path: Path): Position => {
    const start = nodeAt(path)?.range?.[0]
    if (start !== undefined) return at(start)
    return path.length === 0 ? at(0) : positionOf(path.slice(0, -1))
  }
  const positionOfKey = (parent: Path, key: string): Position => {
    const node = nodeAt(parent)
    if (isMap(node)) {
      for (const pair of node.items) {
        if (isScalar(pair.key) && pair.key.value === key && pair.key.range) return at(pair.key.range[0])
      }
    }
    return positionOf([...parent, key])
  }

  const problems = document.errors.map((error) => ({
    ...at(error.pos[0]),
    path: '',
    message: error.code === 'MULTIPLE_DOCS' ? 'more than one document' : `not YAML: ${firstLine(error.message)}`,
  }))
  let value: unknown
  if (problems.length === 0) {
    try {
      value = document.toJS()
    } catch (error) {
      problems.push({ line: 1, column: 1, path: '', message: `not YAML: ${firstLine(messageOf(error))}` })
    }
  }
  return { value, problems, positionOf, positionOfKey }
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
