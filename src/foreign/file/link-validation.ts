import type { TSchema } from '#typebox'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { tryAddress } from '../../proxy/address.ts'
import { checkServiceLink } from './kubernetes/check-kubernetes.ts'
import { kubernetesLinkSchema, proxiedLinkSchema } from './link-schema.ts'

/** Reports links that have not the form of their kind, and those that cannot be what they say. */
export function checkLinks(root: Readonly<Record<string, unknown>>, check: LinkCheck): void {
  const { links, services } = root
  if (!isObject(links)) return
  const taken = new Map<string, string>()
  for (const [name, link] of Object.entries(links)) {
    const path: Path = ['links', name]
    if (isObject(services) && Object.hasOwn(services, name)) {
      check.complain(path, { message: `"${name}" is a service already`, expected: `another name: ${name}-link` })
    }
    const isOfKubernetes = isObject(link) && link.kubernetes !== undefined
    check.against(isOfKubernetes ? kubernetesLinkSchema : proxiedLinkSchema, link, path)
    if (!isObject(link)) continue
    if (isOfKubernetes) checkServiceLink(link, { root, path, taken }, check)
    else checkProxied(link, { path, taken }, check)
  }
}

interface LinkCheck {
  against(schema: TSchema, value: unknown, path: Path): void
  complain(path: Path, problem: Pick<FileProblem, 'message' | 'expected'>): void
}

function checkProxied(
  { listen, upstream }: Record<string, unknown>,
  { path, taken }: { path: Path; taken: Map<string, string> },
  { complain }: LinkCheck,
): void {
  if (typeof listen !== 'string') return
  if (listen === upstream) {
    complain([...path, 'listen'], {
      message: 'the proxy would connect to itself',
      expected: 'another port than upstream',
    })
  }
  const other = taken.get(listen)
  if (other !== undefined)
    complain([...path, 'listen'], { message: `${other} listens there`, expected: 'a port of its own' })
  taken.set(listen, formatPath(path))
}

/** Whether a text is a host and a port, as links have them. */
export function isLinkAddress(text: string): boolean {
  const address = tryAddress(text)
  return address !== undefined && address.port > 0
}
