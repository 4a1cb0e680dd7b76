import { dirname, resolve } from 'node:path'
import type { Static } from '#typebox'
import { defined } from '../../base/defined.ts'
import { parseYamlFile, readYamlFile } from '../../base/yaml/yaml-file.ts'
import type { Labels } from '../../probes/prometheus.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import { foreignErrors } from '../errors.ts'
import { toAlertSettings } from './alerts-schema.ts'
import type {
  Command,
  ForeignProcess,
  ForeignService,
  ForeignSystem,
  ProcessFacts,
  Run,
  SystemdUnit,
  WorkloadRun,
} from './foreign-system.ts'
import { type ClusterDefaults, toServiceLink, toWorkloadRun } from './kubernetes/read-kubernetes.ts'
import { readMonitoring } from './read-monitoring.ts'
import { readSafety } from './safety/read-safety.ts'
import type { processSchema, serviceSchema, systemSchema } from './system-schema.ts'
import { validateSystem } from './system-validation.ts'

/** Reads firedrill.yaml. */

/** Where Toxiproxy listens as well. */
const DEFAULT_PROXY = 'http://127.0.0.1:8474'

type Document = Static<typeof systemSchema>
type ServiceDocument = Static<typeof serviceSchema>
type ProcessDocument = Static<typeof processSchema>

/**
 * Reads the description of a system that is not Firedrill's own: read → parse → validate → default.
 * @throws FD_FOREIGN_NOT_FOUND, FD_FILE_UNREADABLE, or FD_FOREIGN_INVALID with all problems of the file.
 */
export async function readSystem(file: string): Promise<ForeignSystem> {
  const text = await readYamlFile(file, (found) =>
    foreignErrors.error('FD_FOREIGN_NOT_FOUND', {
      message: 'there is no description of a system',
      expected: `the path of one, for example ${SYSTEM_FILE}`,
      next: 'docs/foreign-systems.md has one to copy',
      ...found,
    }),
  )
  return parseSystem(text, file)
}

/** The same for a text; `file` is what problems name, and what paths are relative to. */
export function parseSystem(text: string, file: string): ForeignSystem {
  const source = parseYamlFile(text, { file, code: 'FD_FOREIGN_INVALID', check: validateSystem })
  const { name, alerts, services, receiver, links = {}, proxy = DEFAULT_PROXY, ...written } = source.value as Document
  const path = resolve(file)
  return {
    file: path,
    name,
    ...readMonitoring({ ...written, folder: dirname(path) }),
    ...defined({ receiver }),
    alerts: toAlertSettings(alerts),
    services: Object.entries(services).map(([service, one]) =>
      toService(service, one, { folder: dirname(path), kubernetes: written.kubernetes }),
    ),
    links: Object.entries(links).flatMap(([link, one]) => ('listen' in one ? [{ name: link, ...one }] : [])),
    serviceLinks: Object.entries(links).flatMap(([link, one]) =>
      'kubernetes' in one ? [toServiceLink(link, one.kubernetes, written.kubernetes ?? {})] : [],
    ),
    proxy: typeof proxy === 'string' ? { url: proxy } : proxy,
    safety: readSafety(written),
  }
}

function toService(name: string, document: ServiceDocument, within: Surroundings): ForeignService {
  const { folder } = within
  const { urls = [], health, quorum, disk } = document
  const run = toRun(document, within)
  const labels = document.labels ?? (run.kind === 'kubernetes' ? labelsOf(run) : undefined)
  return {
    name,
    urls: urls.map((url) => new URL(url)),
    ...defined({ health, labels, quorum }),
    run,
    // The paths of a container are its own.
    ...(disk === undefined ? {} : { disk: document.compose === undefined ? resolve(folder, disk) : disk }),
  }
}

/** The labels that prometheus-operator gives to the targets of a ServiceMonitor or PodMonitor. */
function labelsOf({ workload: { namespace, name }, service }: WorkloadRun): Labels {
  return service === undefined ? { namespace, job: name } : { namespace, service }
}

function toRun(
  { process, systemd, compose, kubernetes }: ServiceDocument,
  { folder, kubernetes: defaults = {} }: Surroundings,
): Run {
  if (kubernetes !== undefined) return toWorkloadRun(kubernetes, defaults)
  if (compose !== undefined) return { kind: 'compose', ...compose }
  if (systemd !== undefined) return { kind: 'systemd', units: [systemd].flat().map(toUnit) }
  if (process === undefined) return { kind: 'unknown' }
  return { kind: 'process', processes: [process].flat().map((one) => toProcess(one, folder)) }
}

/** What a service of the file is read with. */
interface Surroundings {
  /** Where the file is. */
  folder: string
  /** Where its parts on Kubernetes are, unless they say otherwise. */
  kubernetes: ClusterDefaults | undefined
}

function toUnit(written: string | { unit: string; user?: boolean }): SystemdUnit {
  return typeof written === 'string'
    ? { name: written, user: false }
    : { name: written.unit, user: written.user === true }
}

function toProcess(
  { pidFile, port = 0, is, start, stop, cwd, env = {}, log }: ProcessDocument,
  folder: string,
): ForeignProcess {
  return {
    known: pidFile === undefined ? { by: 'port', port } : { by: 'pidFile', path: resolve(folder, pidFile) },
    ...(is === undefined ? {} : { is: toFacts(is, folder) }),
    start: start as unknown as Command,
    ...(stop === undefined ? {} : { stop: stop as unknown as Command }),
    cwd: cwd === undefined ? folder : resolve(folder, cwd),
    env,
    ...(log === undefined ? {} : { log: resolve(folder, log) }),
  }
}

function toFacts({ program, user, folder }: NonNullable<ProcessDocument['is']>, base: string): ProcessFacts {
  return defined({ program, user, folder: folder === undefined ? undefined : resolve(base, folder) })
}
