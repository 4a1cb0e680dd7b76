import { connect } from 'node:net'
import { messageOf } from '../base/errors.ts'

/** What keeps a replica from being ready, by its URL; `undefined` when nothing does. */
export async function checkUrl(url: URL, health: string | undefined): Promise<string | undefined> {
  if (url.protocol === 'tcp:') return checkTcp(url)
  const { status, error } = await getStatus(health === undefined ? url : new URL(health, url))
  if (status === undefined) return error ?? 'no answer'
  return health === undefined || (status >= 200 && status < 300) ? undefined : `GET ${health} answered ${status}`
}

const HEALTH_MS = 1_000
/** More of an answer is not read. */
const MOST_BYTES = 1024 ** 2

/**
 * GETs a URL on a new connection, and reads its answer to the end. By Node's own client: the guardian of a run asks here again and
 * again, and any other would be half as large as the guardian itself.
 */
async function getStatus(url: URL): Promise<{ status?: number; error?: string }> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const bound = AbortSignal.timeout(HEALTH_MS)
  return new Promise((resolve) => {
    const fail = (error: Error) =>
      resolve({ error: bound.aborted ? `no answer within ${HEALTH_MS} ms` : messageOf(error) })
    const request = get(url, { agent: false, signal: bound }, (response) => {
      let bytes = 0
      const answered = () => resolve({ status: response.statusCode ?? 0 })
      response
        .on('data', ({ length }: Buffer) => {
          bytes += length
          if (bytes <= MOST_BYTES) return
          answered()
          request.destroy()
        })
        .once('end', answered)
        .on('error', fail)
    })
    request.on('error', fail)
  })
}

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
