import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

export interface HostPort {
  host: string
  port: number
}

/** What is wrong with an address, in the words of Go's net package, as in Toxiproxy. */
export class AddressError extends Error {}

/** Ports by their IANA names, for programs that proxies are often put before. */
const NAMED_PORTS: Readonly<Record<string, number>> = {
  amqp: 5672,
  amqps: 5671,
  domain: 53,
  ftp: 21,
  http: 80,
  https: 443,
  imap: 143,
  imaps: 993,
  ldap: 389,
  ldaps: 636,
  mqtt: 1883,
  mysql: 3306,
  pop3: 110,
  pop3s: 995,
  postgresql: 5432,
  redis: 6379,
  smtp: 25,
  ssh: 22,
  submission: 587,
  telnet: 23,
}

/**
 * Reads "host:port", "[::1]:port", ":port" (on this machine), "host:" (port 0) or "host:http"; an empty text is port 0 on this
 * machine. @throws AddressError
 */
export function parseAddress(text: string): HostPort {
  if (text === '') return { host: LOCAL, port: 0 }
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text)
  if (match === null) throw new AddressError(`address ${text}: ${whatIsWrong(text)}`)
  return { host: match[1] || match[2] || LOCAL, port: parsePort(match[3] ?? '') }
}

/** As `parseAddress`; undefined for an invalid address, where it is parsed again later. */
export function tryAddress(text: string): HostPort | undefined {
  try {
    return parseAddress(text)
  } catch {
    return undefined
  }
}

const LOCAL = '127.0.0.1'

function whatIsWrong(text: string): string {
  if (/^\[[^\]]*$/.test(text)) return "missing ']' in address"
  if (!text.includes(':') || /^\[[^[\]]*\]$/.test(text)) return 'missing port in address'
  const bracket = /[[\]]/.exec(text.replace(/^\[[^[\]]*\]/, ''))?.[0]
  return bracket === undefined ? 'too many colons in address' : `unexpected '${bracket}' in address`
}

function parsePort(text: string): number {
  const port = text === '' ? 0 : (NAMED_PORTS[text.toLowerCase()] ?? Number(/^\d+$/.test(text) ? text : Number.NaN))
  if (port <= 65_535) return port
  throw new AddressError(/^[+-]?\d+$/.test(text) ? `address ${text}: invalid port` : `lookup tcp/${text}: unknown port`)
}

/** The address with its host's name resolved, to IPv4 if it can be; localhost is always this machine. @throws AddressError */
export async function resolveAddress({ host, port }: HostPort): Promise<HostPort> {
  // An IPv4-mapped IPv6 address: the system listens on IPv4.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1]
  if (mapped !== undefined) return { host: mapped, port }
  if (isIP(host) !== 0) return { host, port }
  const found = await lookup(host, { all: true, order: 'ipv4first' }).catch(() => [])
  const address = found.map((entry) => entry.address).find((candidate) => !isLocalhost(host) || isLoopback(candidate))
  if (address === undefined) throw new AddressError(`lookup ${host}: no such host`)
  return { host: address, port }
}

export function formatAddress({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether only this machine reaches the host. */
export function isLoopback(host: string): boolean {
  return isLocalhost(host) || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isLocalhost(host: string): boolean {
  return host.toLowerCase() === 'localhost'
}
