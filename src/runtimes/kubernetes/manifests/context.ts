import type { SecretName, Topology } from '../../../stack/part.ts'
import { type ComposeContext, composeContext } from '../../compose/project/context.ts'

/** The context of a part in a pod: as in a container of Compose, its service names are those of the namespace. */
export function kubernetesContext(
  topology: Topology,
  part: string,
  secret?: (name: SecretName) => string,
): ComposeContext {
  return { ...composeContext(topology, part, secret), run: 'kubernetes', keeper: 'cluster' }
}
