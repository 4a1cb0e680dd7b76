/** An address to listen at: `127.0.0.1:9199`, `[::1]:9199`, `localhost:9199`. */
export interface ListenAddress {
  host: string
  port: number
}

/** `undefined` for a text of another form. */
export function readListenAddress(text: string): ListenAddress | undefined {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) return undefined
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) }
}
