import { isIP } from 'node:net'

export interface HostPort {
  host: string
  port: number
}

/** Reads "host:port", "[::1]:port" or ":port" (on this machine); `undefined` when it is none of them. */
export function parseAddress(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const port = Number(match[3])
  if (port > 65_535) return undefined
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port }
}

export function formatAddress({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether nobody but this machine reaches the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** `localhost` and the address it listens on are one. */
export function sameAddress(a: HostPort, b: HostPort): boolean {
  const name = ({ host }: HostPort) => (host === 'localhost' ? '127.0.0.1' : host)
  return name(a) === name(b) && a.port === b.port
}
