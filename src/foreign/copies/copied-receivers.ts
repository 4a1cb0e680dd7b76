import { isObject } from '../../base/is-object.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'

/** Which receivers of an Alertmanager send a copy of their notifications to an address. */
export interface CopiedReceivers {
  /** The receiver of the topmost route. */
  root: string
  /** In the order of the file: those that some route leads to, and that notify anybody. */
  notifying: string[]
  /** Those that some route leads to, and that notify nobody else. */
  own: string[]
  /** Of these, the ones with a copy. */
  copied: string[]
  /** Of these, the ones with a webhook whose address Alertmanager does not show. */
  hidden: string[]
  /** A route that leads to nothing but the address, before all others, and lets them follow. */
  routed: boolean
}

/** Reads it from Alertmanager's configuration. @param url The address, without the form and the token at its end. */
export function copiedReceivers(config: string, url: string): CopiedReceivers {
  const { value } = parseYamlSource(config)
  const { route, receivers } = isObject(value) ? value : {}
  const used = new Set(routeReceivers(route))
  const all = (Array.isArray(receivers) ? receivers : [])
    .filter(isObject)
    .map((receiver) => ({ name: String(receiver.name), addresses: addressesOf(receiver) }))
  const reaches = (address: string) => address === url || address.startsWith(`${url.replace(/\/$/, '')}/`)
  const ours = all.filter(({ addresses }) => addresses.length > 0 && addresses.every(reaches)).map(({ name }) => name)
  const notifying = all.filter(({ name, addresses }) => used.has(name) && addresses.length > 0 && !ours.includes(name))
  const names = (list: typeof all) => list.map(({ name }) => name)
  return {
    root: isObject(route) ? String(route.receiver) : '',
    notifying: names(notifying),
    own: ours.filter((name) => used.has(name)),
    copied: names(notifying.filter(({ addresses }) => addresses.some(reaches))),
    hidden: names(notifying.filter(({ addresses }) => addresses.includes(HIDDEN) && !addresses.some(reaches))),
    routed:
      isObject(route) && childrenOf(route).some((child) => isForAll(child) && ours.includes(String(child.receiver))),
  }
}

/** What Alertmanager writes instead of an address that may hold a secret. */
const HIDDEN = '<secret>'
const MATCHERS = ['match', 'match_re', 'matchers'] as const

function isForAll(route: Record<string, unknown>): boolean {
  return route.continue === true && MATCHERS.every((name) => route[name] === undefined)
}

function childrenOf({ routes }: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(routes) ? routes.filter(isObject) : []
}

function routeReceivers(route: unknown): string[] {
  if (!isObject(route)) return []
  const { receiver } = route
  return [...(typeof receiver === 'string' ? [receiver] : []), ...childrenOf(route).flatMap(routeReceivers)]
}

/** Where each integration of a receiver posts to; for one that needs no address its kind: it notifies somebody. */
function addressesOf(receiver: Record<string, unknown>): string[] {
  return Object.entries(receiver).flatMap(([kind, list]) =>
    kind.endsWith('_configs') && Array.isArray(list)
      ? list.filter(isObject).map(({ url, api_url: apiUrl }) => String(url ?? apiUrl ?? kind))
      : [],
  )
}
