import { isDeepStrictEqual } from 'node:util'
import { BASE_ENV_LABEL, baseEnvironment, NUMBER_LABEL } from './container.ts'
import type { ContainerDetails } from './engine.ts'

/** What a request asks of the engine; `undefined` for what control has no use for, and may not have. */
export type Asked =
  | { kind: 'free' }
  /** Lists or events: the answer must be about this project only, which the filter has to say. */
  | { kind: 'filtered' }
  | { kind: 'container'; id: string; removes: boolean }
  | { kind: 'exec'; id: string }
  | { kind: 'create' }
  | { kind: 'connect'; network: string }

const ID = '([A-Za-z0-9][A-Za-z0-9_.-]{0,127})'
const onContainer = (method: string, rest: string, removes = false) => ({
  method,
  path: new RegExp(`^/containers/${ID}${rest}$`),
  asked: (id: string): Asked => ({ kind: 'container', id, removes }),
})

/** All that passes. Everything else does not. */
const ALLOWED: readonly { method: string; path: RegExp; asked(id: string): Asked }[] = [
  { method: 'GET', path: /^\/_ping$/, asked: () => ({ kind: 'free' }) },
  { method: 'GET', path: /^\/version$/, asked: () => ({ kind: 'free' }) },
  { method: 'GET', path: /^\/containers\/json$/, asked: () => ({ kind: 'filtered' }) },
  { method: 'GET', path: /^\/events$/, asked: () => ({ kind: 'filtered' }) },
  onContainer('GET', '/(?:json|logs)'),
  onContainer('POST', '/(?:start|kill|pause|unpause|wait|exec)'),
  onContainer('DELETE', '', true),
  { method: 'POST', path: new RegExp(`^/exec/${ID}/start$`), asked: (id) => ({ kind: 'exec', id }) },
  { method: 'GET', path: new RegExp(`^/exec/${ID}/json$`), asked: (id) => ({ kind: 'exec', id }) },
  { method: 'POST', path: /^\/containers\/create$/, asked: () => ({ kind: 'create' }) },
  { method: 'POST', path: new RegExp(`^/networks/${ID}/connect$`), asked: (network) => ({ kind: 'connect', network }) },
]

export function whatIsAsked(method: string, pathname: string): Asked | undefined {
  for (const { method: allowed, path, asked } of ALLOWED) {
    const match = allowed === method ? path.exec(pathname) : null
    if (match !== null) return asked(match[1] ?? '')
  }
  return undefined
}

/** Whether a list or a stream of events is limited to the project. */
export function isFilteredTo(project: string, query: URLSearchParams): boolean {
  try {
    const { label } = JSON.parse(query.get('filters') ?? '{}') as { label?: unknown }
    return Array.isArray(label) && label.includes(`com.docker.compose.project=${project}`)
  } catch {
    return false
  }
}

/** Labels that a copy may differ in. */
const OWN_LABELS = new Set([NUMBER_LABEL, BASE_ENV_LABEL])
/** Variables that change how programs are found and loaded: no settings. */
const LOADING = /^(?:LD_\w*|NODE_OPTIONS|PATH)=/

/**
 * Why a container may not be created as asked; `undefined` when it is a copy of `original`, save for its environment, its
 * number and its name. A container with a mount or a privilege of its own would be root on the engine's machine.
 */
export function whyNoCopy(asked: unknown, original: ContainerDetails): string | undefined {
  if (typeof asked !== 'object' || asked === null) return 'the body is not an object'
  const { HostConfig, NetworkingConfig, Env, Labels, ...config } = asked as Record<string, unknown>
  const { Env: _, Labels: labels, Hostname: __, ...originalConfig } = original.Config
  if (!isDeepStrictEqual(HostConfig, original.HostConfig)) return 'its HostConfig differs from that of the original'
  if (!isDeepStrictEqual(config, originalConfig)) return 'its Config differs from that of the original'
  if (!isDeepStrictEqual(others(Labels), others(labels))) return 'its labels differ from those of the original'
  if (!Array.isArray(Env) || !Env.every((line) => typeof line === 'string')) return 'its Env is not a list'
  const base = baseEnvironment(original)
  const kept = (Labels as Record<string, unknown>)[BASE_ENV_LABEL]
  if (kept !== undefined && kept !== JSON.stringify(base)) return 'it tells of another environment to go back to'
  const wrong = Env.find((line) => LOADING.test(line) && !original.Config.Env?.includes(line))
  if (wrong !== undefined) return `${wrong.split('=')[0]} is not a setting`
  const { EndpointsConfig = {} } = (NetworkingConfig ?? {}) as { EndpointsConfig?: Record<string, unknown> }
  const foreign = Object.keys(EndpointsConfig).find((name) => !(name in original.NetworkSettings.Networks))
  return foreign === undefined ? undefined : `the original is not in the network ${foreign}`
}

function others(labels: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => !OWN_LABELS.has(name)))
}
