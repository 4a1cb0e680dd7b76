/** Scheme, host and port of a URL. */

/** Reads scheme, host and port of a URL once, for many requests. */
export function originOf(url: URL): Origin {
  const tls = url.protocol === 'https:'
  return {
    name: url.origin,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    authority: url.host,
  }
}

/** Scheme, host and port of a URL, read once. */
export interface Origin {
  /** "http://127.0.0.1:8000" */
  readonly name: string
  /** Host name or address, without brackets. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Value of the Host header. */
  readonly authority: string
}
