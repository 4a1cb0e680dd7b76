import { isMap, isNode, isScalar, LineCounter, parseDocument, type Range } from 'yaml'
import { messageOf } from '../base/errors.ts'
import type { DrillProblem, Path } from './drill-problem.ts'

export interface Position {
  line: number
  column: number
}

/** A YAML text, parsed, with a way back from a path to its line. */
export interface DrillSource {
  value: unknown
  /** What is wrong with it as YAML; `value` is of no use then. */
  problems: DrillProblem[]
  /** Where the value at a path stands; for a path that is not there, what is nearest around it. */
  positionOf(path: Path): Position
  /** Where the key itself stands. */
  positionOfKey(parent: Path, key: string): Position
}

export function parseDrillSource(text: string): DrillSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })

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
