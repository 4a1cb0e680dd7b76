import { connect } from 'node:net'
import { probeHttp } from '../probes/http.ts'

/** What keeps a replica from being ready, by its URL; `undefined` when nothing does. */
export async function checkUrl(url: URL, health: string | undefined): Promise<string | undefined> {
  if (url.protocol === 'tcp:') return checkTcp(url)
  const target = health === undefined ? url : new URL(health, url)
  const { status, error } = await probeHttp(target.href, { timeoutMs: HEALTH_MS })
  if (status === undefined) return error ?? 'no answer'
  return health === undefined || (status >= 200 && status < 300) ? undefined : `GET ${health} answered ${status}`
}

const HEALTH_MS = 1_000

function checkTcp(url: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...addressOf(url), timeout: HEALTH_MS })
    const finish = (problem: string | undefined) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => finish(undefined))
    socket.once('timeout', () => finish(`no connection within ${HEALTH_MS} ms`))
    socket.once('error', (error) => finish(error.message))
  })
}

/** Where a URL leads, for a socket. */
export function addressOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  const usual = protocol === 'https:' ? 443 : 80
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) }
}
