import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { tryAddress } from '../../proxy/address.ts'

/** Reports links that cannot be what they say, beyond their form. */
export function checkLinks(
  { links, services }: Record<string, unknown>,
  complain: (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) => void,
): void {
  if (!isObject(links)) return
  const listening = new Map<string, string>()
  for (const [name, link] of Object.entries(links)) {
    const path: Path = ['links', name]
    if (isObject(services) && Object.hasOwn(services, name)) {
      complain(path, { message: `"${name}" is a service already`, expected: `another name: ${name}-link` })
    }
    if (!isObject(link)) continue
    const { listen, upstream } = link
    if (typeof listen !== 'string') continue
    if (listen === upstream) {
      complain([...path, 'listen'], {
        message: 'the proxy would connect to itself',
        expected: 'another port than upstream',
      })
    }
    const other = listening.get(listen)
    if (other !== undefined)
      complain([...path, 'listen'], { message: `${other} listens there`, expected: 'a port of its own' })
    listening.set(listen, formatPath(path))
  }
}

/** Whether a text is a host and a port, as links have them. */
export function isLinkAddress(text: string): boolean {
  const address = tryAddress(text)
  return address !== undefined && address.port > 0
}
