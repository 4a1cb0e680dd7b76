/** Scheme, host and port of a URL, read once. */
export interface Origin {
  /** "http://127.0.0.1:8000" */
  readonly name: string
  /** Host name or address, without brackets. */
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** What the Host header says. */
  readonly authority: string
}

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
