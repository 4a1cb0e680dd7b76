import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { messageOf } from '../../base/errors.ts'
import { sameText } from '../../base/http/http-server.ts'
import { basicAuthorization, USER } from '../../stack/password.ts'

/** The gate of `firedrill open`: it lets one browser into a part that asks for a password. */

const HOST = '127.0.0.1'
/** The link leads here, and from here to the page: a page whose address holds a password may not use `fetch`. */
const ENTRY = '/firedrill-open'
/** Headers of one connection only (RFC 9110, 7.6.1), and those that would let other origins read. */
const NOT_PASSED = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*)$/
/** No other page may show it in a frame and so lay something over it for a person to click on. */
const OWN_HEADERS = { 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' }

export interface Gate {
  /** Its address, with its password, which is of no use once the gate is closed. */
  url: string
  close(): Promise<void>
}

/**
 * Opens a part that asks for a password to one browser, on a port and with a password of the gate's own. The browser never learns
 * the part's password: with it, the browser would send it with every form that any page aims at the part, and Alertmanager 0.25
 * accepts alerts and silences from such forms. The gate accepts them from its own pages alone.
 */
export async function openGate({ page, authorization }: { page: string; authorization: string }): Promise<Gate> {
  const to = new URL(page)
  const password = randomBytes(32).toString('base64url')
  const expected = basicAuthorization(password)
  const server = createServer((incoming, response) => {
    const own = `${HOST}:${(server.address() as AddressInfo).port}`
    const { host, authorization: given = '', origin: from } = incoming.headers
    if (host !== own) return refuse(response, 421, 'this is not the host that was opened')
    if (!sameText(given, expected)) {
      response.setHeader('www-authenticate', 'Basic realm="firedrill open"')
      return refuse(response, 401, 'this page was opened with `firedrill open`: run it again')
    }
    if (!mayAsk(incoming)) return refuse(response, 403, 'another page has sent this')
    const reads = incoming.method === 'GET' || incoming.method === 'HEAD'
    if (!reads && from !== `http://${own}`) return refuse(response, 403, 'another page has sent this')
    // Not whole URLs, which name a server of their own.
    if (!incoming.url?.startsWith('/')) return refuse(response, 400, 'this is not a path')
    if (incoming.url === ENTRY) return lead(response, `http://${own}${to.pathname}`)
    pass(incoming, response, { to, authorization })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, HOST, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${USER}:${password}@${HOST}:${port}${ENTRY}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * False for a request that a page of another origin, or of another port, makes the browser send: it could have the blackbox exporter
 * connect anywhere, although it cannot read the answer. Only the link may be followed from elsewhere, such as a file or a terminal.
 */
function mayAsk({ headers, url }: IncomingMessage): boolean {
  const from = headers['sec-fetch-site']
  if (from !== 'cross-site' && from !== 'same-site') return true
  return url === ENTRY && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

/** Redirects by a page of the gate's own: after an HTTP redirect the browser would still send where the link was. */
function lead(response: ServerResponse, page: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...OWN_HEADERS })
  response.end(`<!doctype html><meta http-equiv="refresh" content="0;url=${page}">\n`)
}

function pass(incoming: IncomingMessage, response: ServerResponse, part: { to: URL; authorization: string }): void {
  const { to, authorization } = part
  const headers = { ...passed(incoming.headers), host: to.host, authorization }
  const { method, url: path } = incoming
  const outgoing = request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...passed(answer.headers), ...OWN_HEADERS })
    // An answer that breaks off breaks off for the browser too.
    pipeline(answer, response, () => undefined)
  })
  outgoing.on('error', (error) => {
    if (response.headersSent) response.destroy()
    else refuse(response, 502, messageOf(error))
  })
  response.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}

function passed(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED.test(name)))
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`)
}
