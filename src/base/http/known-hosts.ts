import { isIPv4, isIPv6 } from 'node:net'

/**
 * Whether a Host header names a server by an address, as localhost, or as one of `names`. A foreign page aims a browser at
 * this machine under a name of its own, which is not one of these: a machine that answers for a name in the local network can have any
 * other, also one without a dot. `*` in a name stands for letters, digits, `-` and `_`.
 */
export function knownHosts(names: readonly string[]): (host: string | undefined) => boolean {
  const known = ['localhost', ...names].map((name) => name.toLowerCase().split('*').map(literally).join('[\\w-]*'))
  const named = new RegExp(`^(?:${known.join('|')})$`)
  const isKnown = (host: string) => {
    const [, v6, name = ''] = HOST.exec(host) ?? []
    return v6 === undefined ? isIPv4(name) || named.test(name.toLowerCase()) : isIPv6(v6)
  }
  // Nearly all requests name the same host as the one before.
  let latest: string | undefined
  return (host) => {
    // `undefined` is of HTTP/1.0, which no browser speaks.
    if (host === undefined || host === latest) return true
    if (!isKnown(host)) return false
    latest = host
    return true
  }
}

/** A name or a bracketed IPv6 address, with or without a port. */
const HOST = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/

/** Names in a list with commas. */
export function readHosts(text = ''): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '')
}

function literally(text: string): string {
  return text.replace(/[^\w]/g, '\\$&')
}
