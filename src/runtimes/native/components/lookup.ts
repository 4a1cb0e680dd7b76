import { resolve } from 'node:path'
import { type ComponentName, definitionOf } from './all/components.ts'
import type { ComponentDefinition, Lookup, LookupContext } from './component.ts'
import { findInCache } from './fetch/cache.ts'
import { onSearchPath } from './search-path.ts'
import { checkServer } from './server-program.ts'

/**
 * Looks for one component everywhere but the network: environment, PATH, cache, npm package. Throws only when aborted.
 * `fetched`: also among those that Firedrill has fetched. Default: yes.
 */
export async function lookUp(
  name: ComponentName,
  context: LookupContext,
  { fetched = true }: { fetched?: boolean } = {},
): Promise<Lookup> {
  const definition = definitionOf(name)
  const tried: Lookup['tried'] = []
  for (const place of fetched ? [inEnvironment, onPath, inCache, inPackage] : [inEnvironment, onPath]) {
    const outcome = await place(name, definition, context)
    tried.push(...outcome.tried)
    if (outcome.found !== undefined || outcome.conclusive) return { ...outcome, tried }
  }
  return { tried }
}

type Place = (name: ComponentName, definition: ComponentDefinition, context: LookupContext) => Promise<Lookup>

const inEnvironment: Place = async (name, definition, context) => {
  const given = context.env[definition.variable]
  if (given === undefined || given === '') {
    return { tried: [{ place: `environment variable ${definition.variable}`, reason: 'not set' }] }
  }
  const outcome = await checkServer({ name, definition, path: resolve(given), source: 'environment' }, context)
  if ('problem' in outcome) {
    // The user asked for exactly this program: another one instead would be a surprise.
    const tried = [{ place: `${definition.variable}=${given}`, reason: outcome.problem }]
    return { tried, conclusive: true }
  }
  return { found: outcome.found, tried: [] }
}

const onPath: Place = async (name, definition, context) => {
  const tried: Lookup['tried'] = []
  for (const path of await onSearchPath(definition.commands, context.env)) {
    const outcome = await checkServer({ name, definition, path, source: 'path' }, context)
    if ('found' in outcome) return { found: outcome.found, tried }
    tried.push({ place: path, reason: outcome.problem })
  }
  if (tried.length === 0) tried.push({ place: 'PATH', reason: `no ${definition.commands.join(' or ')}` })
  return { tried }
}

const inCache: Place = async (name, definition, context) =>
  definition.debian === undefined && definition.archive === undefined
    ? { tried: [] }
    : findInCache(name, definition, context.env)

const inPackage: Place = async (_name, definition, context) =>
  definition.bundled?.(definition, context) ?? { tried: [] }
