import { createHash, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sameText } from '../../../base/http/http-server.ts'

/**
 * The sessions of browsers. A session begins with a code that works once. It needs two secrets: a cookie that no script can read,
 * and a key that the page keeps and sends in a header. Browsers send cookies to every port of a host, so a cookie alone can come to
 * another server on this machine; the key cannot. All is in memory: sessions end with the stack.
 */
export class Sessions {
  readonly #stackId: () => string
  readonly #links = new Map<string, Link>()
  readonly #sessions = new Map<string, Session>()

  constructor(stackId: () => string) {
    this.#stackId = stackId
  }

  /** Names of cookies are shared by all ports of a host: two stacks need two names. */
  get cookieName(): string {
    return `firedrill-${this.#stackId()
      .replace(/[^\w-]/g, '')
      .slice(0, 12)}`
  }

  /** Returns the code of a new link, which begins one session within `LINK_MS`. */
  createLink({ readOnly }: { readOnly: boolean }): string {
    const code = randomBytes(32).toString('base64url')
    this.#links.set(digest(code), { readOnly, untilMs: performance.now() + LINK_MS })
    dropOldest(this.#links)
    return code
  }

  /** Begins a session, and ends the link. `undefined` for a code that is unknown, was used or has expired. */
  begin(code: string): { session: Session; id: string } | undefined {
    const link = this.#links.get(digest(code))
    this.#links.delete(digest(code))
    if (link === undefined || link.untilMs < performance.now()) return undefined
    const id = randomBytes(32).toString('base64url')
    const session: Session = {
      key: randomBytes(32).toString('base64url'),
      mayOperate: !link.readOnly,
      readOnly: link.readOnly,
    }
    this.#sessions.set(digest(id), session)
    dropOldest(this.#sessions)
    return { session, id }
  }

  /** The session of a request's cookie: enough to read with, since a page of another origin cannot see the answer. */
  ofCookie({ headers: { cookie } }: FastifyRequest): Session | undefined {
    const id = cookie === undefined ? undefined : readCookie(cookie, this.cookieName)
    return id === undefined ? undefined : this.#sessions.get(digest(id))
  }

  /** The session of a request that carries its key as well, and that no page of another origin has sent. */
  of(request: FastifyRequest): Session | undefined {
    const session = this.ofCookie(request)
    const key = request.headers[KEY_HEADER]
    if (session === undefined || typeof key !== 'string' || !sameText(key, session.key)) return undefined
    return isOwnOrigin(request) ? session : undefined
  }

  end({ headers: { cookie = '' } }: FastifyRequest): void {
    const id = readCookie(cookie, this.cookieName)
    if (id !== undefined) this.#sessions.delete(digest(id))
  }

  /** The header that keeps a session's id in the browser, out of reach of scripts and of pages of other sites. */
  cookieOf(id: string): string {
    return `${this.cookieName}=${id}; Path=/; HttpOnly; SameSite=Strict`
  }

  get endedCookie(): string {
    return `${this.cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
  }
}

export interface Session {
  /** What the page sends in the header X-Firedrill-Key. */
  readonly key: string
  readonly mayOperate: boolean
  readOnly: boolean
}

export const KEY_HEADER = 'x-firedrill-key'
/** How long a link can be used, in milliseconds: one may come back to a terminal after lunch. */
export const LINK_MS = 3_600_000

interface Link {
  readOnly: boolean
  /** Of the monotonic clock. */
  untilMs: number
}

/** Of links and of sessions: a loop that creates them must not fill the memory. */
const MOST = 100

function dropOldest(entries: Map<string, unknown>): void {
  for (const key of entries.keys()) {
    if (entries.size <= MOST) return
    entries.delete(key)
  }
}

/** Secrets are looked up by their digest: how long that takes says nothing of them. */
function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** Browsers name the origin of the page with each request that changes something, and where any request comes from. */
function isOwnOrigin({ headers: { origin, host, 'sec-fetch-site': site } }: FastifyRequest): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
