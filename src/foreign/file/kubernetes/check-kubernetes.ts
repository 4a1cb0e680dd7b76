import type { TSchema } from '#typebox'
import { type FileProblem, formatPath, type Path } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import { clusterSchema, workloadSchema } from './kubernetes-schema.ts'

/** What is wrong with what a firedrill.yaml says of Kubernetes. */

export interface KubernetesCheck {
  against(schema: TSchema, value: unknown, path: Path): void
  complain(path: Path, problem: Pick<FileProblem, 'message' | 'expected'>): void
}

type Document = Readonly<Record<string, unknown>>

/** The place that all parts have, and the namespaces of Prometheus and Alertmanager. */
export function checkCluster(root: Document, check: KubernetesCheck): void {
  if (root.kubernetes !== undefined) check.against(clusterSchema, root.kubernetes, ['kubernetes'])
  for (const part of ['prometheus', 'alertmanager']) {
    const written = root[part]
    if (!isObject(written) || !isObject(written.kubernetes)) continue
    checkNamespace(written.kubernetes, { root, path: [part, 'kubernetes'] }, check)
    if (written.tokenFrom !== undefined) {
      const expected = '`headersFrom` for other headers, or `url` in place of `kubernetes`'
      check.complain([part, 'tokenFrom'], { message: 'the API server would take the token for its own', expected })
    }
    if (written.rules !== undefined) {
      const expected = '`query` and `rules` with URLs, or `kubernetes` alone'
      check.complain([part, 'rules'], { message: 'is beside `kubernetes`', expected })
    }
  }
}

/** A service that is a workload, and what cannot stand beside that. */
export function checkWorkload(service: Document, place: { root: Document; path: Path }, check: KubernetesCheck): void {
  const { kubernetes, disk, health } = service
  if (kubernetes === undefined) return
  const { path } = place
  check.against(workloadSchema, kubernetes, [...path, 'kubernetes'])
  if (disk !== undefined) {
    const expected = 'no `disk`: faults fill no volume of a pod'
    check.complain([...path, 'disk'], { message: 'is of a service that is run by Kubernetes', expected })
  }
  if (health !== undefined) {
    const expected = 'no `health`: a pod is ready when its readiness probe says so'
    check.complain([...path, 'health'], { message: 'is of a service that is run by Kubernetes', expected })
  }
  if (!isObject(kubernetes)) return
  checkNamespace(kubernetes, { root: place.root, path: [...path, 'kubernetes'] }, check)
  if (kubernetes.service !== undefined || (kubernetes.port === undefined && kubernetes.scheme === undefined)) return
  check.complain([...path, 'kubernetes'], { message: 'has a port of no Service', expected: 'service: its name' })
}

/** A link that is a Service: no other link is the same one. */
export function checkServiceLink(
  { kubernetes }: Document,
  { root, path, taken }: { root: Document; path: Path; taken: Map<string, string> },
  check: KubernetesCheck,
): void {
  if (!isObject(kubernetes)) return
  const place = [...path, 'kubernetes']
  checkNamespace(kubernetes, { root, path: place }, check)
  const { context, namespace, service } = { ...(isObject(root.kubernetes) ? root.kubernetes : {}), ...kubernetes }
  const key = ['service', context, namespace, service].map(String).join(' ')
  const other = taken.get(key)
  if (other !== undefined)
    check.complain(place, { message: `is the same as ${other}`, expected: 'a Service of its own' })
  taken.set(key, formatPath(path))
}

function checkNamespace(
  written: Document,
  { root, path }: { root: Document; path: Path },
  { complain }: KubernetesCheck,
): void {
  const isGiven =
    written.namespace !== undefined || (isObject(root.kubernetes) && root.kubernetes.namespace !== undefined)
  if (isGiven) return
  complain(path, { message: 'has no namespace', expected: 'namespace: shop, here or in `kubernetes` of the file' })
}

/** The problem, with where its key belongs if it is one of `kubernetes` that stands in the service itself. */
export function withPlaceOfKey(problem: FileProblem): FileProblem {
  const [, key = ''] = /^unknown key "(\w+)"$/.exec(problem.message) ?? []
  if (!/^services\.[a-z0-9-]+\.\w+$/.test(problem.path) || !Object.hasOwn(workloadSchema.properties, key))
    return problem
  return { ...problem, next: `${key} stands in kubernetes of the service: kubernetes: { workload: …, ${key}: … }` }
}
