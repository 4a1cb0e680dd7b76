import type { TSchema } from '#typebox'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { readListenAddress } from '../../base/http/listen-address.ts'
import { isObject } from '../../base/is-object.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { parseWorkload } from '../../kubernetes/workload-place.ts'
import { alertMatcherFormat } from './alerts-schema.ts'
import { checkMonitoring } from './check-monitoring.ts'
import { checkCluster, withPlaceOfKey } from './kubernetes/check-kubernetes.ts'
import { checkLinks, isLinkAddress } from './link-validation.ts'
import { RunValidation } from './run-validation.ts'
import { validateSafety } from './safety/safety-validation.ts'
import { serviceFrameSchema, systemFrameSchema } from './system-schema.ts'

/** What is wrong with a firedrill.yaml. */

const checkSchema = createSchemaCheck({
  'alert-matcher': alertMatcherFormat,
  'http-url': {
    matches: (text) => isUrl(text, ['http:', 'https:']),
    expected: 'a URL without a password: http://127.0.0.1:9090',
  },
  'link-address': { matches: isLinkAddress, expected: 'a host and a port: 127.0.0.1:5432' },
  listen: {
    matches: (text) => readListenAddress(text) !== undefined,
    expected: 'an address and a port: 127.0.0.1:9199',
  },
  'service-url': {
    matches: (text) => isUrl(text, ['http:', 'https:', 'tcp:']),
    expected: 'a URL without a password: http://127.0.0.1:3000, or tcp://127.0.0.1:5432',
  },
  workload: {
    matches: (text) => parseWorkload(text) !== undefined,
    expected: 'deployment/NAME, statefulset/NAME or daemonset/NAME',
  },
})

/** Everything that is wrong with a firedrill.yaml that is YAML. */
export function validateSystem(source: YamlSource): FileProblem[] {
  const problems: FileProblem[] = []
  const against = (schema: TSchema, value: unknown, path: Path) =>
    problems.push(...checkSchema(schema, value, { path, source }).map(withPlaceOfKey))
  const complain = (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) =>
    problems.push({ ...source.positionOf(path), path: formatPath(path), ...problem })

  const root = source.value
  against(systemFrameSchema, root, [])
  if (isObject(root)) {
    checkMonitoring(root, { against, complain })
    checkCluster(root, { against, complain })
    checkLinks(root, { against, complain })
  }
  if (
    isObject(root) &&
    isObject(root.receiver) &&
    root.receiver.listen === undefined &&
    root.receiver.url === undefined
  ) {
    complain(['receiver'], { message: 'says neither "listen" nor "url"', expected: 'listen: 127.0.0.1:9199' })
  }
  if (isObject(root)) problems.push(...validateSafety(source, root))
  if (!isObject(root) || !isObject(root.services)) return problems
  const runs = new RunValidation(root, { against, complain })
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
    if (isObject(service)) {
      runs.check(service, path)
      checkQuorum(service, path)
    }
  }
  return problems

  function checkQuorum({ quorum, urls, kubernetes }: Record<string, unknown>, path: Path): void {
    // How many pods a workload has only its cluster knows.
    if (kubernetes !== undefined) return
    if (typeof quorum !== 'number' || !Array.isArray(urls) || quorum <= urls.length) return
    complain([...path, 'quorum'], { message: 'more than it has replicas', expected: `at most ${urls.length}` })
  }
}

/** Accepts no URL with credentials: those belong in the environment. */
function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return protocols.includes(url.protocol) && url.hostname !== '' && url.username === '' && url.password === ''
}
