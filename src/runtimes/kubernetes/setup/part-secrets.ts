import type { SecretName, Topology } from '../../../stack/part.ts'
import { USER } from '../../../stack/password.ts'
import { planParts } from '../../compose/project/plan.ts'
import { kubernetesContext } from '../manifests/context.ts'
import { keyOf, secretName } from '../manifests/manifest.ts'

/**
 * What each part gets, by the name of its Secret: the secrets that it asks for, and the files with secrets that are rendered for it
 * alone. Prometheus also gets the user of its logins, which ServiceMonitors name as a Secret. Pure.
 */
export function partSecrets(
  topology: Topology,
  secrets: Readonly<Record<SecretName, string>>,
): ReadonlyMap<string, SecretData> {
  const result = new Map<string, SecretData>()
  for (const { part, needs, secretFiles } of planParts(topology, kubernetesContext)) {
    const context = kubernetesContext(topology, part.name, (name) => secrets[name])
    const data = Object.fromEntries([
      ...[...needs.secrets].map((name) => [name, secrets[name]]),
      ...secretFiles.map((file) => [keyOf(file.name), file.render(context)]),
      ...(part.name === 'prometheus' ? [[USER_KEY, USER]] : []),
    ])
    if (Object.keys(data).length > 0) result.set(secretName(part.name), data)
  }
  return result
}

/** The content of a Secret: texts by key. */
export type SecretData = Readonly<Record<string, string>>

/** Key of the user's name among Prometheus' secrets. */
export const USER_KEY = 'username'
