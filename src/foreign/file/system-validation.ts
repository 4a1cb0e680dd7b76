import type { TSchema } from 'typebox'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { checkMonitoring } from './check-monitoring.ts'
import { processSchema, serviceFrameSchema, systemFrameSchema } from './system-schema.ts'

/** What is wrong with a firedrill.yaml. */

const checkSchema = createSchemaCheck({
  'http-url': {
    matches: (text) => isUrl(text, ['http:', 'https:']),
    expected: 'a URL without a password: http://127.0.0.1:9090',
  },
  'service-url': {
    matches: (text) => isUrl(text, ['http:', 'https:', 'tcp:']),
    expected: 'a URL without a password: http://127.0.0.1:3000, or tcp://127.0.0.1:5432',
  },
})

type Entry = Record<string, unknown>

/** Everything that is wrong with a firedrill.yaml that is YAML. */
export function validateSystem(source: YamlSource): FileProblem[] {
  const problems: FileProblem[] = []
  const against = (schema: TSchema, value: unknown, path: Path) =>
    problems.push(...checkSchema(schema, value, { path, source }))
  const complain = (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) =>
    problems.push({ ...source.positionOf(path), path: formatPath(path), ...problem })

  const root = source.value
  against(systemFrameSchema, root, [])
  if (isObject(root)) checkMonitoring(root, { against, complain })
  if (!isObject(root) || !isObject(root.services)) return problems
  const takenPorts = new Map<string, string>()
  for (const [name, service] of Object.entries(root.services)) {
    const path: Path = ['services', name]
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
      problems.push({
        ...source.positionOfKey(['services'], name),
        path: formatPath(path),
        message: `"${name}" is no name for a service`,
        expected: 'small letters, digits and hyphens, a letter first',
      })
    }
    against(serviceFrameSchema, service, path)
    if (isObject(service)) checkRun(service, path)
  }
  return problems

  function checkRun(service: Entry, path: Path): void {
    if (service.process !== undefined && service.compose !== undefined) {
      complain(path, { message: 'is both "process" and "compose"', expected: 'one of them' })
    }
    if (service.process === undefined) return
    const several = Array.isArray(service.process)
    const all: unknown[] = several ? (service.process as unknown[]) : [service.process]
    const urls = Array.isArray(service.urls) ? service.urls.length : 1
    if (all.length !== urls) {
      complain([...path, 'process'], {
        message: all.length === 1 ? 'one process for several replicas' : 'not as many processes as replicas',
        expected: `a list with one process for each of ${urls} URLs`,
      })
    }
    for (const [index, one] of all.entries()) {
      const place = several ? [...path, 'process', index] : [...path, 'process']
      against(processSchema, one, place)
      if (isObject(one)) checkProcess(one, place)
    }
  }

  function checkProcess(one: Entry, path: Path): void {
    if ((one.pidFile === undefined) === (one.port === undefined)) {
      const message = one.port === undefined ? 'does not say how to find it' : 'says both "pidFile" and "port"'
      complain(path, { message, expected: 'either "pidFile", or "port"' })
    }
    const key = String(one.pidFile ?? one.port)
    const other = takenPorts.get(key)
    if (other !== undefined && one.pidFile !== one.port) {
      complain(path, { message: `is found as ${other} is`, expected: 'a pid file or a port of its own' })
    }
    takenPorts.set(key, formatPath(path))
  }
}

/** Accepts no URL with credentials: those belong in the environment. */
function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return protocols.includes(url.protocol) && url.hostname !== '' && url.username === '' && url.password === ''
}
