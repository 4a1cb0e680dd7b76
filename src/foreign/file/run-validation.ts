import type { TSchema } from '#typebox'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { checkWorkload } from './kubernetes/check-kubernetes.ts'
import { processSchema, systemdUnitSchema } from './system-schema.ts'

/** What is wrong with how a service says that it is run. Processes of one file are compared with each other. */
export class RunValidation {
  readonly #against: RunReport['against']
  readonly #complain: RunReport['complain']
  /** Where each pid file, port and unit is named. */
  readonly #taken = new Map<string, string>()

  /** The whole file: it may say where the parts on Kubernetes are. */
  readonly #root: Record<string, unknown>

  constructor(root: Record<string, unknown>, { against, complain }: RunReport) {
    this.#root = root
    this.#against = against
    this.#complain = complain
  }

  check(service: Record<string, unknown>, path: Path): void {
    const kinds = KINDS.filter((kind) => service[kind] !== undefined)
    if (kinds.length > 1) {
      const message = `is ${kinds.length === 2 ? 'both ' : ''}${kinds.map((kind) => `"${kind}"`).join(' and ')}`
      this.#complain(path, { message, expected: 'one of them' })
    }
    const { process, systemd, compose, kubernetes, disk } = service
    if (service.urls === undefined && kubernetes === undefined) {
      this.#complain(path, {
        message: '"urls" is missing',
        expected: 'where each replica listens: ["http://127.0.0.1:3000"]',
      })
    }
    const check = { against: this.#against, complain: this.#complain }
    checkWorkload(service, { root: this.#root, path }, check)
    if (isObject(kubernetes)) this.#checkOwnWorkload(kubernetes, [...path, 'kubernetes'])
    const urls = Array.isArray(service.urls) ? service.urls.length : 1
    if (process !== undefined)
      this.#each(process, { path: [...path, 'process'], urls, one: 'process', several: 'processes' })
    if (systemd !== undefined) this.#each(systemd, { path: [...path, 'systemd'], urls, one: 'unit', several: 'units' })
    if (disk !== undefined && kinds.length === 0) {
      const expected = 'process, systemd or compose beside it'
      this.#complain([...path, 'disk'], { message: 'nothing says how the service is run', expected })
    }
    if (compose !== undefined && typeof disk === 'string' && !isInside(disk)) {
      this.#complain([...path, 'disk'], {
        message: 'is not a path inside of a container',
        expected: 'an absolute path without "..": /data',
      })
    }
  }

  #each(
    written: unknown,
    { path, urls, one, several }: { path: Path; urls: number; one: string; several: string },
  ): void {
    const isList = Array.isArray(written)
    const all: unknown[] = isList ? (written as unknown[]) : [written]
    if (all.length !== urls) {
      this.#complain(path, {
        message: all.length === 1 ? `one ${one} for several replicas` : `not as many ${several} as replicas`,
        expected: `a list with one ${one} for each of ${urls} URLs`,
      })
    }
    for (const [index, entry] of all.entries()) {
      const place = isList ? [...path, index] : path
      if (one === 'unit') this.#checkUnit(entry, place)
      else this.#checkProcess(entry, place)
    }
  }

  #checkProcess(entry: unknown, path: Path): void {
    this.#against(processSchema, entry, path)
    if (!isObject(entry)) return
    if ((entry.pidFile === undefined) === (entry.port === undefined)) {
      const message = entry.port === undefined ? 'does not say how to find it' : 'says both "pidFile" and "port"'
      this.#complain(path, { message, expected: 'either "pidFile", or "port"' })
    }
    if (entry.pidFile === entry.port) return
    this.#take(String(entry.pidFile ?? entry.port), path, 'a pid file or a port of its own')
  }

  #checkUnit(entry: unknown, path: Path): void {
    if (isObject(entry)) this.#against(systemdUnitSchema, entry, path)
    else this.#against(systemdUnitSchema.properties.unit, entry, path)
    const name = isObject(entry) ? entry.unit : entry
    if (typeof name === 'string')
      this.#take(`unit ${name} ${isObject(entry) && entry.user === true}`, path, 'a unit of its own')
  }

  #checkOwnWorkload(written: Record<string, unknown>, path: Path): void {
    const { context, namespace, workload } = {
      ...(isObject(this.#root.kubernetes) ? this.#root.kubernetes : {}),
      ...written,
    }
    if (typeof workload !== 'string') return
    const key = `workload ${[context, namespace, workload.toLowerCase()].map(String).join(' ')}`
    this.#take(key, path, 'a workload of its own')
  }

  #take(key: string, path: Path, expected: string): void {
    const other = this.#taken.get(key)
    if (other !== undefined) this.#complain(path, { message: `is found as ${other} is`, expected })
    this.#taken.set(key, formatPath(path))
  }
}

/** Whether a path cannot lead out of a container. */
function isInside(path: string): boolean {
  return path.startsWith('/') && !path.split('/').includes('..')
}

/** The ways in which a service can be run. */
const KINDS = ['process', 'systemd', 'compose', 'kubernetes'] as const

interface RunReport {
  against(schema: TSchema, value: unknown, path: Path): void
  complain(path: Path, problem: Pick<FileProblem, 'message' | 'expected'>): void
}
