import { createHash } from 'node:crypto'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { readYamlFile } from '../../base/yaml/yaml-file.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { drillErrors } from '../errors.ts'
import { buildDrill, type DrillDocument } from './build-drill.ts'
import type { Drill } from './drill.ts'
import { fillParameters } from './parameters.ts'
import { checkDrill } from './validation/drill-validation.ts'
import type { ForeignNames } from './validation/foreign-validation.ts'

/**
 * Reads a drill file: read → parse → validate → default → freeze.
 * @throws FD_DRILL_NOT_FOUND, FD_FILE_UNREADABLE, or FD_DRILL_INVALID with all problems of the file.
 */
export async function readDrill(file: string, options: DrillReadOptions = {}): Promise<Drill> {
  const text = await readYamlFile(file, (found) =>
    drillErrors.error('FD_DRILL_NOT_FOUND', {
      message: 'there is no such drill file',
      expected: 'the path of a drill, for example drills/store-crash.yaml',
      ...found,
    }),
  )
  return parseDrill(text, file, options)
}

/** The same for a text; `file` is what problems name, and what paths of journeys are relative to. */
export function parseDrill(text: string, file: string, options: DrillReadOptions = {}): Drill {
  const { set = {}, objectives, foreign } = options
  const written = parseYamlSource(text)
  const { parts } = describeStack(profiles.lab)
  const services = options.services ?? parts.map(({ name }) => name)
  // No settings of a foreign system are known.
  const settings = foreign === undefined ? parts : []
  const { source, problems, values } = fillParameters(written, set)
  const all =
    written.problems.length > 0
      ? written.problems
      : [...problems, ...checkDrill(source, { services, settings, objectives, foreign })]
  if (all.length > 0) throw new InvalidFileError('FD_DRILL_INVALID', file, all)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return freeze({ file, sha256, parameters: values, ...buildDrill(source.value as DrillDocument, file) })
}

export interface DrillReadOptions {
  /** Names of the parts that the stack has. Default: those of Firedrill's own. */
  services?: readonly string[]
  /** Objectives that the stack has, by service and name (`store-availability`). Not checked when left out. */
  objectives?: readonly string[] | undefined
  /** What can be done to a system that is not Firedrill's own; `services` are that system's. */
  foreign?: ForeignNames | undefined
  /** Values of parameters, as texts. Names that the drill does not declare are passed over. */
  set?: Readonly<Record<string, string>>
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part)
    Object.freeze(value)
  }
  return value
}
