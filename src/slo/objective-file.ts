import { didYouMean, type FileProblem, formatPath, InvalidFileError, type Path } from '../base/file-problem.ts'
import { show } from '../base/schema-check.ts'
import { parseYamlSources, type YamlSource } from '../base/yaml-source.ts'
import { type Objective, objectiveId } from './objective.ts'
import { readOpenSloDocument } from './openslo-document.ts'
import { readSlothDocument } from './sloth-document.ts'

/** A file that may hold objectives: Sloth's `prometheus/v1` or OpenSLO v1, in any number of YAML documents. */
export interface ObjectiveSource {
  /** What problems name. */
  file: string
  text: string
}

/**
 * The objectives of all files, in their order.
 * @throws FD_SLO_INVALID with all problems of the first file that has any.
 */
export function readObjectives(sources: readonly ObjectiveSource[]): Objective[] {
  const seen = new Map<string, string>()
  return sources.flatMap((source) => readFile(source, seen))
}

function readFile({ file, text }: ObjectiveSource, seen: Map<string, string>): Objective[] {
  const documents = parseYamlSources(text).filter(({ value, problems }) => value !== null || problems.length > 0)
  const problems: FileProblem[] = documents.flatMap((one) => one.problems)
  const objectives: Objective[] = []
  if (documents.length === 0) problems.push({ line: 1, column: 1, path: '', message: 'empty', expected: EXPECTED })
  if (problems.length === 0) {
    for (const document of documents) {
      const place = (objective: Objective, path: Path) => {
        const id = objectiveId(objective)
        const { line, column } = document.positionOf(path)
        const first = seen.get(id)
        if (first === undefined) seen.set(id, `${file}:${line}`)
        else {
          const message = `the objective ${id} is there twice`
          problems.push({ line, column, path: formatPath(path), message, given: `first in ${first}` })
        }
      }
      const read = readerOf(document)(document, place, documents)
      objectives.push(...read.objectives)
      problems.push(...read.problems)
    }
  }
  if (problems.length > 0) throw new InvalidFileError('FD_SLO_INVALID', file, problems)
  return objectives
}

type Reader = typeof readOpenSloDocument

const EXPECTED = "version: prometheus/v1 (Sloth's form), or apiVersion: openslo/v1 with kind: SLO"

function readerOf(source: YamlSource): Reader {
  const { value } = source
  const head = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  if (head.version === 'prometheus/v1') return readSlothDocument
  if (head.apiVersion === 'openslo/v1') return readOpenSloDocument
  return () => {
    const key = 'version' in head ? 'version' : 'apiVersion'
    const given = head[key]
    const next = typeof given === 'string' ? didYouMean(given, ['prometheus/v1', 'openslo/v1']) : undefined
    const problem: FileProblem = {
      ...source.positionOf([key]),
      path: key in head ? key : '',
      message: 'not a form that is read here',
      expected: EXPECTED,
      ...(given === undefined ? {} : { given: show(given) }),
      ...(next === undefined ? {} : { next }),
    }
    return { objectives: [], problems: [problem] }
  }
}
