import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { isObject } from '../../base/is-object.ts'
import { getJson, type ProbeOptions } from '../../probes/json.ts'
import { formatAddress, parseAddress, resolveAddress } from '../../proxy/address.ts'
import { checkUrl } from '../check-url.ts'
import type { ForeignLink, ForeignSystem } from '../file/foreign-system.ts'
import { proxyAccess } from './proxy-access.ts'

/** What `firedrill system check` reports of links. */

const ASK_MS = 5_000

/** One thing that `firedrill system check` finds about the links of a system. */
export interface LinkFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
}

/** Checks the fault proxy and every link that it is to stand in. @throws FD_FOREIGN_INVALID when its token is missing */
export async function inspectLinks(
  system: Pick<ForeignSystem, 'file' | 'links' | 'proxy'>,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal | undefined },
): Promise<LinkFinding[]> {
  const access = system.links.length === 0 ? undefined : proxyAccess(system, env)
  if (access === undefined) return []
  return Promise.all(system.links.map((link) => inspectLink(link, access, { signal, timeoutMs: ASK_MS })))
}

async function inspectLink(
  link: ForeignLink,
  { origin, token }: { origin: string; token: string },
  bounded: ProbeOptions,
): Promise<LinkFinding> {
  const { name, listen, upstream } = link
  const finding = (status: LinkFinding['status'], detail: string, ...help: string[]) => ({ name, status, detail, help })
  const authorization = token === '' ? undefined : `Bearer ${token}`
  let answer: unknown
  try {
    answer = await getJson(new URL(`${origin}/firedrill/proxies/${name}`), {
      ...bounded,
      ...defined({ authorization }),
    })
  } catch (error) {
    bounded.signal?.throwIfAborted()
    const detail = `the fault proxy at ${origin} has no such link: ${messageOf(error)}`
    return finding('bad', detail, 'firedrill system proxy runs it, for as long as the system is up')
  }
  const { listen: at, enabled, accepted } = isObject(answer) ? answer : {}
  const wanted = formatAddress(await resolveAddress(parseAddress(listen)).catch(() => parseAddress(listen)))
  const found = isObject(at) ? formatAddress({ host: String(at.host), port: Number(at.port) }) : 'nowhere'
  if (found !== wanted) return finding('bad', `the fault proxy listens at ${found}, not at ${wanted}`, 'start it again')
  if (enabled !== true) return finding('bad', `the fault proxy refuses connections at ${wanted}: it is disabled`)
  const problem = await checkUrl(new URL(`tcp://${upstream}`), undefined)
  if (problem !== undefined) return finding('bad', `its upstream ${upstream}: ${problem}`)
  const detail = `${wanted} to ${upstream}, through the fault proxy at ${origin}`
  if (accepted === 0) {
    return finding(
      'note',
      `${detail}; nothing has connected so far`,
      `the service must connect to ${wanted}, not to ${upstream}`,
    )
  }
  return finding('ok', `${detail}; ${String(accepted)} connections so far`)
}
