import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Context, SecretName } from '../../stack/part.ts'
import type { StateFolder } from './state/state-folder.ts'

export interface ContextOptions {
  folder: StateFolder
  secrets: Record<SecretName, string>
  run: string
  /** Of a part, or of one of its listeners: "proxy/redis". */
  addressOf(name: string): Address
}

/** Answers a part's questions with loopback ports and paths of this machine. */
export function nativeContext(
  { folder, secrets, run, addressOf }: ContextOptions,
  part: string,
  listen: Address,
): Context {
  const made = (path: string) => {
    mkdirSync(path, { recursive: true })
    return path
  }
  return {
    run,
    address: addressOf,
    url: (name) => toUrl(addressOf(name)),
    listen: (listener) => (listener === undefined ? listen : addressOf(`${part}/${listener}`)),
    volume: (name) => made(join(folder.data, name)),
    scratch: (name) => made(join(folder.scratch, name)),
    file: (name) => join(folder.config, name),
    secret: (name) => secrets[name],
    secretFile: (name) => folder.secretFile(name),
  }
}

function toUrl({ host, port }: Address): string {
  return `http://${host}:${port}`
}
