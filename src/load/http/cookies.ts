/** One user's cookies, kept and sent as RFC 6265 says, without a list of public suffixes. */
export class CookieJar {
  readonly #cookies: Cookie[] = []

  get isEmpty(): boolean {
    return this.#cookies.length === 0
  }

  /** Reads the Set-Cookie headers of an answer from that URL. */
  store(url: URL, headers: readonly string[], nowMs: number): void {
    for (const header of headers) {
      const cookie = readCookie(url, header, nowMs)
      if (cookie === undefined) continue
      const same = this.#cookies.findIndex(
        ({ name, domain, path }) => name === cookie.name && domain === cookie.domain && path === cookie.path,
      )
      if (same !== -1) this.#cookies.splice(same, 1)
      if (cookie.expiresMs > nowMs) this.#cookies.push(cookie)
    }
  }

  /** The value of the Cookie header for a request, the longest path first; undefined when there is no cookie to send. */
  header(url: URL, nowMs: number): string | undefined {
    if (this.#cookies.length === 0) return undefined
    const fitting = this.#cookies.filter(
      (cookie) =>
        cookie.expiresMs > nowMs &&
        (cookie.hostOnly ? url.hostname === cookie.domain : isWithin(url.hostname, cookie.domain)) &&
        coversPath(cookie.path, url.pathname) &&
        (!cookie.secure || url.protocol === 'https:'),
    )
    if (fitting.length === 0) return undefined
    return fitting
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }
}

function readCookie(url: URL, header: string, nowMs: number): Cookie | undefined {
  const [pair = '', ...attributes] = header.split(';')
  const equals = pair.indexOf('=')
  if (equals < 1) return undefined
  const cookie: Cookie = {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain: url.hostname,
    hostOnly: true,
    path: url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: false,
    expiresMs: Number.POSITIVE_INFINITY,
  }
  let maxAge: number | undefined
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=')
    const value = rest.join('=').trim()
    switch (key.trim().toLowerCase()) {
      case 'domain': {
        const domain = value.replace(/^\./, '').toLowerCase()
        // A server may set cookies for its own domain and those above it, not for others.
        if (domain === '') break
        if (!isWithin(url.hostname, domain)) return undefined
        cookie.domain = domain
        cookie.hostOnly = false
        break
      }
      case 'path':
        if (value.startsWith('/')) cookie.path = value
        break
      case 'secure':
        cookie.secure = true
        break
      case 'max-age':
        if (/^-?\d+$/.test(value)) maxAge = Number(value)
        break
      case 'expires': {
        const atMs = Date.parse(value)
        if (!Number.isNaN(atMs)) cookie.expiresMs = atMs
        break
      }
    }
  }
  if (maxAge !== undefined) cookie.expiresMs = nowMs + maxAge * 1_000
  return cookie
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

function coversPath(path: string, requested: string): boolean {
  return requested === path || (requested.startsWith(path) && (path.endsWith('/') || requested[path.length] === '/'))
}

interface Cookie {
  name: string
  value: string
  /** Host or domain, without a leading dot. */
  domain: string
  hostOnly: boolean
  path: string
  secure: boolean
  /** Epoch milliseconds; infinity for one of the session. */
  expiresMs: number
}
