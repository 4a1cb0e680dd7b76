import { defined } from '../../base/defined.ts'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { formatPath } from '../../base/files/file-problem.ts'
import { show } from '../../base/schema/schema-check.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import type { Objective } from '../objective.ts'

/** One document of a file: a whole YAML document, or an entry of one that is a list of them. */
export interface ObjectiveDocument {
  source: YamlSource
  /** Where it stands in its source: `[]`, or `[3]` for an entry of a list. */
  at: Path
  value: unknown
}

/** Reads one document. `place` gets each objective and its path. */
export type DocumentReader = (
  document: ObjectiveDocument,
  place: (objective: Objective, path: Path) => void,
  documents: readonly ObjectiveDocument[],
) => { objectives: Objective[]; problems: FileProblem[] }

/** The documents of a file. What is empty is left out. */
export function documentsOf(sources: readonly YamlSource[]): ObjectiveDocument[] {
  return sources
    .flatMap((source): ObjectiveDocument[] => {
      const { value } = source
      if (!Array.isArray(value)) return [{ source, at: [], value }]
      return value.map((one: unknown, index) => ({ source, at: [index], value: one }))
    })
    .filter(({ value }) => value !== null)
}

/** A problem with the value at a path of a source, or with its key. */
export function problemAt(
  { source, path }: SourcePath,
  message: string,
  {
    key = false,
    given,
    ...more
  }: { expected?: string; given?: unknown; next?: string | undefined; key?: boolean } = {},
): FileProblem {
  const position = key ? source.positionOfKey(path.slice(0, -1), String(path.at(-1))) : source.positionOf(path)
  const { expected, next } = more
  return {
    ...position,
    path: formatPath(path),
    message,
    ...defined({ expected }),
    ...(given === undefined ? {} : { given: show(given) }),
    ...defined({ next }),
  }
}

/** A place in a document. */
export interface SourcePath {
  source: YamlSource
  path: Path
}
