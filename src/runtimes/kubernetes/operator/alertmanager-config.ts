import type { Topology } from '../../../stack/part.ts'
import { type AlertmanagerOptions, alertmanagerConfig } from '../../../stack/render/alertmanager.ts'
import { kubernetesContext } from '../manifests/context.ts'
import { keyOf, type Manifest, secretName } from '../manifests/manifest.ts'

/**
 * Alertmanager's routes, inhibitions and receivers as the operator takes them: the same tree, in the names of its own schema. It
 * cannot set the resolve timeout, which is one for the whole Alertmanager. Pure.
 */
export function alertmanagerConfigOf(
  topology: Topology,
  options: AlertmanagerOptions,
  metadata: Manifest['metadata'] & { namespace: string },
): Manifest {
  const part = 'alertmanager'
  const secret = (name: string) => `${secretName(part)}/${keyOf(name)}`
  const context = {
    ...kubernetesContext(topology, part),
    url: (name: string) => urlOf(topology, name, metadata.namespace),
    secretFile: secret,
    file: secret,
  }
  const { route, inhibit_rules, receivers } = alertmanagerConfig(topology.parts, options, context)
  const spec = operatorForm({ route, inhibit_rules, receivers }) as object
  return { apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', metadata, spec }
}

/** The Alertmanager of the operator is in a namespace of its own. */
function urlOf({ parts }: Topology, name: string, namespace: string): string {
  const { preferredPort } = parts.find((part) => part.name === name) ?? {}
  if (preferredPort === undefined) throw new Error(`no part "${name}" in the topology`)
  return `http://${name}.${namespace}.svc:${preferredPort}`
}

/** Names of the operator that are not those of Alertmanager in camel case. */
const NAMES: Readonly<Record<string, string>> = {
  source_matchers: 'sourceMatch',
  target_matchers: 'targetMatch',
  api_url_file: 'apiURL',
  credentials_file: 'credentials',
  auth_password_file: 'authPassword',
  require_tls: 'requireTLS',
}

function operatorForm(value: unknown, name = ''): unknown {
  if (/matchers$/.test(name)) return (value as string[]).map(parseMatcher)
  if (/_file$/.test(name)) return secretKey(String(value))
  if (name === 'headers') return Object.entries(value as object).map(([key, text]) => ({ key, value: text }))
  if (Array.isArray(value)) return value.map((item) => operatorForm(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [operatorName(key), operatorForm(item, key)]))
}

function operatorName(name: string): string {
  return NAMES[name] ?? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `severity=~"critical|warning"` */
function parseMatcher(text: string) {
  const [, name, matchType, value] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(text) ?? []
  if (name === undefined) throw new Error(`not a matcher: ${text}`)
  return { name, value, matchType }
}

/** "alertmanager-secrets/webhook" */
function secretKey(place: string) {
  const [name, key] = place.split('/')
  return { name, key }
}
