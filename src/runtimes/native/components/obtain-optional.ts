import { defined } from '../../../base/defined.ts'
import { type ComponentName, definitionOf } from './all/components.ts'
import type { ResolvedComponent } from './component.ts'
import { fetchArchive } from './fetch/archive/fetch-archive.ts'
import { lookUp } from './lookup.ts'
import { findOptional, type ResolveOptions } from './resolve.ts'

/**
 * Obtains a program that the stack can do without, because somebody asks for it: installed, fetched earlier, or fetched now. `reason`:
 * why there is none all the same.
 * @throws FD_COMPONENT_UNAVAILABLE when the environment names a program that cannot be used; the signal's reason
 */
export async function obtainOptional(
  name: ComponentName,
  { env = process.env, signal, onEvent = () => undefined }: Omit<ResolveOptions, 'fetch'>,
): Promise<ResolvedComponent | { reason: string }> {
  const context = { env, signal }
  const installed = await findOptional(name, { env, ...defined({ signal }) })
  if (installed !== undefined) return installed
  const { found } = await lookUp(name, context)
  return found ?? (await fetchArchive(name, definitionOf(name), { context, onEvent }))
}
