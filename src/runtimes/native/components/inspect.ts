import { type ComponentName, componentNames, definitionOf } from './all/components.ts'
import type { ResolvedComponent, Tried } from './component.ts'
import { findDebianTools, thisPlatform } from './fetch/debian-support.ts'
import { helpFor } from './help.ts'
import { lookUp } from './lookup.ts'

/** What `firedrill doctor` reports of one component. */
export interface ComponentFinding {
  component: ComponentName
  /** Where it is and which version, when it is available now. */
  found?: ResolvedComponent
  /** All places where it was not found, with the reason. */
  tried: Tried[]
  /** Whether the environment names a program that is unavailable: then no other one is used. */
  conclusive: boolean
  /** Whether the next `firedrill up` would fetch it, given a network. */
  fetchable: boolean
  /** What would make it available, one command or setting each; empty when it was found. */
  help: string[]
}

export interface InspectOptions {
  /** Default: all. */
  names?: readonly ComponentName[]
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/** Looks for components and reports what was found. Fetches nothing and does not throw for a missing one, only when aborted. */
export async function inspectComponents(options: InspectOptions = {}): Promise<ComponentFinding[]> {
  const { names = componentNames, env = process.env, signal } = options
  const debian = await findDebianTools(env)
  return await Promise.all(
    names.map(async (component) => {
      const { found, tried, conclusive } = await lookUp(component, { env, signal })
      if (found !== undefined) return { component, found, tried, conclusive: false, fetchable: false, help: [] }
      const hasBuild = definitionOf(component).debian !== undefined && !conclusive
      const reason = 'reason' in debian ? debian.reason : 'would be fetched by the next `firedrill up`'
      return {
        component,
        tried: hasBuild ? [...tried, { place: 'Debian packages', reason }] : tried,
        conclusive: conclusive ?? false,
        fetchable: hasBuild && 'tools' in debian,
        help: helpFor([component], thisPlatform().platform),
      }
    }),
  )
}
