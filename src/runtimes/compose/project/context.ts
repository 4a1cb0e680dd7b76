import { type Address, type Context, preferredPortOf, type SecretName, type Topology } from '../../../stack/part.ts'

/** Paths of rendered and persistent files inside the containers. */
export const PATHS = {
  config: '/etc/firedrill',
  /** Prometheus' lists of targets: control writes them, so they have a volume of their own. */
  targets: '/etc/firedrill-targets',
  data: '/var/lib/firedrill',
  scratch: '/run/firedrill-scratch',
  secrets: '/run/firedrill-secrets',
} as const

export const CONTROL_PORT = 8080

/** What a part asked for while its definition was evaluated: its container gets that and nothing else. */
export interface Needs {
  readonly parts: Set<string>
  readonly volumes: Set<string>
  readonly scratch: Set<string>
  readonly secrets: Set<SecretName>
}

/** Placeholder for a secret in a container's environment: `firedrill serve` replaces it by the file's content. */
export const secretPlaceholder = (name: SecretName) => `{{secret:${name}}}`

export interface ComposeContext extends Context {
  readonly needs: Needs
}

/** The context of a part in a container: service names and paths. `secret` returns real secrets where they are needed. */
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
