import { isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { apiErrors } from '../errors.ts'

/** At which addresses control answers, and to whom without a session. */
export interface Doors {
  /** What is listened at: 127.0.0.1, or all addresses at once. This machine's own programs reach control at 127.0.0.1 either way. */
  host: string
  /** What is listened at besides. */
  more: readonly string[]
  /** Only clients on this machine read without a session when others can connect. */
  readers: 'everyone' | 'local'
  /** Where people reach control, the best address first. */
  urls(port: number): string[]
}

/**
 * The doors of a stack on this machine, from the address of `--listen`.
 * @throws FD_STACK_ADDRESS for what is no address of this machine
 */
export function readDoors(listen: string | undefined, addresses = ownAddresses()): Doors {
  if (listen === undefined || listen === LOOPBACK) {
    return { host: LOOPBACK, more: [], readers: 'everyone', urls: (port) => [urlOf(LOOPBACK, port)] }
  }
  const outside = addresses.filter(({ internal }) => !internal).map(({ address }) => address)
  // Who listens at all addresses cannot listen at one of them besides.
  if (isAny(listen)) {
    const reached = outside.filter((address) => isIPv6(listen) || !isIPv6(address))
    return { host: listen, more: [], readers: 'local', urls: (port) => reached.map((address) => urlOf(address, port)) }
  }
  if (!addresses.some(({ address }) => address === listen)) {
    throw apiErrors.error('FD_STACK_ADDRESS', {
      message: `${listen} is no address of this machine`,
      where: '--listen',
      expected: ['0.0.0.0', '::', ...outside].join(', '),
      given: listen,
    })
  }
  return { host: LOOPBACK, more: [listen], readers: 'local', urls: (port) => [urlOf(listen, port)] }
}

export const LOOPBACK = '127.0.0.1'

interface OwnAddress {
  address: string
  /** Of this machine alone, as 127.0.0.1 is. */
  internal: boolean
}

/** Without the link-local ones, which need the name of a network card beside them. */
function ownAddresses(): OwnAddress[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => !address.toLowerCase().startsWith('fe80:'))
}

function isAny(address: string): boolean {
  return isIP(address) !== 0 && ['0.0.0.0', '[::]'].includes(new URL(urlOf(address, 80)).hostname)
}

function urlOf(address: string, port: number): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`
}
