import type { ConfigFile, Launch, Part, SecretName, Topology } from '../../../stack/part.ts'
import { type ComposeContext, composeContext, type Needs, PATHS } from './context.ts'
import { type ComponentImage, images } from './images.ts'

/** Each part as a container: user, arguments, files, secrets. */

/** First user id of our own containers: each has its own user, so that none can read another's secrets. */
const FIRST_UID = 10_001
/** Control has a user of its own too. */
export const CONTROL = 'control'

/** How one part is run as a container, worked out from the topology. */
export interface PartPlan {
  part: Part
  /** Absent for Firedrill's own services, which run from its own image. */
  component?: ComponentImage
  uid: number
  args: string[]
  env: Record<string, string>
  needs: Needs
  /** Whether it reads configuration that holds no secrets. */
  readsConfig: boolean
  /** Files that hold secrets and are rendered for it alone. */
  secretFiles: readonly ConfigFile[]
}

/** Every part with the container it needs, in the contexts of Compose or of another runtime of containers. */
export function planParts(topology: Topology, contextOf: ContextOf = composeContext): PartPlan[] {
  let nextUid = FIRST_UID + 1
  return topology.parts.map((part) => {
    const context = contextOf(topology, part.name)
    const { args, env } = part.launch(context)
    for (const file of topology.files) if (file.part === part.name) file.render(context)
    const component = 'component' in part.program ? images[part.program.component] : undefined
    if (component === undefined && 'component' in part.program) {
      throw new Error(`no image is known for the component "${part.program.component}"`)
    }
    const plan = {
      part,
      uid: component?.uid ?? nextUid++,
      needs: context.needs,
      readsConfig: topology.files.some((file) => !file.secret && file.part === part.name),
      secretFiles: topology.files.filter((file) => file.secret && file.part === part.name),
    }
    if (component === undefined) return { ...plan, args, env }
    return { ...plan, component, ...asComponent(component, { part: part.name, args, env, needs: context.needs }) }
  })
}

type ContextOf = (topology: Topology, part: string) => ComposeContext

/** Control's own user: the first one. */
export const controlUid = FIRST_UID

function asComponent(
  { command = [], env: ownEnv = {}, secretAsFile }: ComponentImage,
  { part, args, env, needs }: { part: string; needs: Needs } & Launch,
): Launch {
  const all: Record<string, string> = { ...env, ...ownEnv }
  const allArgs = [...command, ...args]
  if (secretAsFile !== undefined) {
    needs.secrets.add(secretAsFile.of)
    const path = secretPath(part, secretAsFile.of)
    if (secretAsFile.replaces !== undefined) delete all[secretAsFile.replaces]
    if (secretAsFile.env !== undefined) all[secretAsFile.env] = path
  }
  return { args: allArgs, env: all }
}

export function secretPath(part: string, name: SecretName): string {
  return `${PATHS.secrets}/${part}/${name}`
}
