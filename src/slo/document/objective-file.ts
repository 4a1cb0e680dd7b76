import { type FileProblem, InvalidFileError, type Path, throwTogether } from '../../base/files/file-problem.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { parseYamlSources } from '../../base/yaml/yaml-source.ts'
import { type Objective, objectiveId } from '../objective.ts'
import { type DocumentReader, documentsOf, type ObjectiveDocument, problemAt } from './objective-document.ts'
import { readOpenSloDocument } from './openslo-document.ts'
import { readSlothDocument } from './sloth-document.ts'

/** A file that may hold objectives: Sloth's `prometheus/v1` or OpenSLO v1, in any number of YAML documents, or lists of them. */
export interface ObjectiveSource {
  /** What problems name. */
  file: string
  text: string
}

/**
 * The objectives of all files, in their order.
 * @throws FD_SLO_INVALID with all problems of all files
 */
export function readObjectives(sources: readonly ObjectiveSource[]): Objective[] {
  const seen = new Map<string, string>()
  const read = sources.map((source) => readFile(source, seen))
  const errors = read.flatMap(({ file, problems }) =>
    problems.length === 0 ? [] : [new InvalidFileError('FD_SLO_INVALID', file, problems)],
  )
  throwTogether('FD_SLO_INVALID', errors)
  return read.flatMap(({ objectives }) => objectives)
}

interface FileRead {
  file: string
  objectives: Objective[]
  problems: FileProblem[]
}

function readFile({ file, text }: ObjectiveSource, seen: Map<string, string>): FileRead {
  const sources = parseYamlSources(text)
  const problems: FileProblem[] = sources.flatMap((one) => one.problems)
  const objectives: Objective[] = []
  if (problems.length > 0) return { file, objectives, problems }
  const documents = documentsOf(sources)
  if (documents.length === 0) problems.push({ line: 1, column: 1, path: '', message: 'empty', expected: EXPECTED })
  for (const document of documents) {
    const place = (objective: Objective, path: Path) => {
      const id = objectiveId(objective)
      const first = seen.get(id)
      if (first === undefined) seen.set(id, `${file}:${document.source.positionOf(path).line}`)
      else {
        const twice = problemAt({ source: document.source, path }, `the objective ${id} is there twice`)
        problems.push({ ...twice, given: `first in ${first}` })
      }
    }
    const read = readerOf(document)(document, place, documents)
    objectives.push(...read.objectives)
    problems.push(...read.problems)
  }
  return { file, objectives, problems }
}

const EXPECTED = "version: prometheus/v1 (Sloth's form), or apiVersion: openslo/v1 with kind: SLO"

function readerOf({ value }: ObjectiveDocument): DocumentReader {
  const head = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  if (head.version === 'prometheus/v1') return readSlothDocument
  if (head.apiVersion === 'openslo/v1') return readOpenSloDocument
  return ({ source, at }) => ({ objectives: [], problems: [unknownForm(head, at, source)] })
}

/** Forms that are known, and why they are not read. */
const KNOWN_FORMS: readonly (readonly [RegExp, kind: string | undefined, message: string, expected: string])[] = [
  [
    /^sloth\.slok\.dev\//,
    'AlertWindows',
    'other windows than those of 30 and 28 days are not supported',
    'no file of windows: they are built in, see docs/slos.md',
  ],
  [
    /^sloth\.slok\.dev\//,
    undefined,
    "Sloth's form for Kubernetes is not read",
    'version: prometheus/v1, with what is in spec at the top and its keys in snake_case: error_query for errorQuery',
  ],
  [/^openslo(?:\.com)?\/v/, undefined, 'this version of OpenSLO is not read', 'apiVersion: openslo/v1'],
]

function unknownForm(head: Record<string, unknown>, at: Path, source: ObjectiveDocument['source']): FileProblem {
  const key = 'version' in head ? 'version' : 'apiVersion'
  const given = head[key]
  const known = KNOWN_FORMS.find(
    ([version, kind]) => version.test(String(given)) && (kind === undefined || kind === head.kind),
  )
  const path = key in head ? [...at, key] : at
  if (known !== undefined) return problemAt({ source, path }, known[2], { expected: known[3], given })
  const next = typeof given === 'string' ? didYouMean(given, ['prometheus/v1', 'openslo/v1']) : undefined
  return problemAt({ source, path }, 'not a form that is read here', { expected: EXPECTED, given, next })
}
