import { type Address, type Context, preferredPortOf, type SecretName, type Topology } from '../../../stack/part.ts'

/** Where the containers find what is rendered for them and kept for them. */
export const PATHS = {
  config: '/etc/firedrill',
  /** Prometheus' lists of targets: control writes them, so they are a volume of their own. */
  targets: '/etc/firedrill-targets',
  data: '/var/lib/firedrill',
  scratch: '/run/firedrill-scratch',
  secrets: '/run/firedrill-secrets',
} as const

export const CONTROL_PORT = 8080

/** What a part asked for while it was described: its container gets that, and no more. */
export interface Needs {
  readonly parts: Set<string>
  readonly volumes: Set<string>
  readonly scratch: Set<string>
  readonly secrets: Set<SecretName>
}

/** Stands for a secret in a container's environment until `firedrill serve` puts in the file's content. */
export const secretPlaceholder = (name: SecretName) => `{{secret:${name}}}`

export interface ComposeContext extends Context {
  readonly needs: Needs
}

/** Answers a part's questions with names and paths of its container. `secret` may say where the real ones come from. */
export function composeContext(
  topology: Topology,
  part: string,
  secret: (name: SecretName) => string = secretPlaceholder,
): ComposeContext {
  const needs: Needs = { parts: new Set(), volumes: new Set(), scratch: new Set(), secrets: new Set() }
  const portOf = (address: string): number => {
    const port = address === 'control' ? CONTROL_PORT : preferredPortOf(topology.parts, address)
    if (port !== undefined) return port
    throw new Error(`no part "${address}" in the topology`)
  }
  const address = (name: string): Address => {
    const host = name.split('/')[0] ?? name
    needs.parts.add(host)
    return { host, port: portOf(name) }
  }
  return {
    needs,
    run: 'compose',
    address,
    url: (name) => `http://${name}:${address(name).port}`,
    listen: (listener) => ({
      host: '0.0.0.0',
      port: portOf(listener === undefined ? part : `${part}/${listener}`),
    }),
    volume: (name) => {
      needs.volumes.add(name)
      return `${PATHS.data}/${name}`
    },
    scratch: (name) => {
      needs.scratch.add(name)
      return `${PATHS.scratch}/${name}`
    },
    file: (name) => {
      const file = topology.files.find((one) => one.name === name)
      if (name.startsWith('targets/')) return `${PATHS.targets}/${name.slice('targets/'.length)}`
      return file?.secret ? `${PATHS.secrets}/${file.part}/${name}` : `${PATHS.config}/${name}`
    },
    secret: (name) => {
      needs.secrets.add(name)
      return secret(name)
    },
    secretFile: (name) => {
      needs.secrets.add(name)
      return `${PATHS.secrets}/${part}/${name}`
    },
  }
}
