import { type ComponentName, definitionOf } from './all/components.ts'
import type { ResolvedComponent, Tried } from './component.ts'
import { componentErrors } from './errors.ts'
import { findDebianTools, thisPlatform } from './fetch/debian-support.ts'
import { fetchComponents } from './fetch/fetch-components.ts'
import { helpFor } from './help.ts'
import { lookUp } from './lookup.ts'

export type ResolveEvent = {
  component: ComponentName
  step: 'found' | 'downloading' | 'unpacking' | 'ready'
  detail: string
}

export interface ResolveOptions {
  /** Aborting kills every command that was started and removes what is half-done. */
  signal?: AbortSignal
  /** Whether what is missing may be fetched from the network. */
  fetch: boolean
  /** Where FIREDRILL_*, PATH, HOME and XDG_CACHE_HOME are read. Default: this process's environment. */
  env?: NodeJS.ProcessEnv
  onEvent?: (event: ResolveEvent) => void
}

/**
 * Finds the real programs: environment variable, then PATH, then the project's cache or npm package, then fetched.
 * @throws FD_COMPONENT_UNAVAILABLE naming every missing component, every place tried with its reason, and what would help
 */
export async function resolveComponents(
  names: readonly ComponentName[],
  options: ResolveOptions,
): Promise<Map<ComponentName, ResolvedComponent>> {
  const { signal, fetch, env = process.env, onEvent = () => undefined } = options
  const context = { env, signal }
  const wanted = [...new Set(names)]
  const lookups = new Map(await Promise.all(wanted.map(async (name) => [name, await lookUp(name, context)] as const)))
  signal?.throwIfAborted()

  const found = new Map<ComponentName, ResolvedComponent>()
  const missing = new Map<ComponentName, Tried[]>()
  const fetchable: ComponentName[] = []
  const tools = await findDebianTools(env)
  for (const [name, lookup] of lookups) {
    if (lookup.found !== undefined) {
      found.set(name, lookup.found)
      onEvent({ component: name, step: 'found', detail: `${lookup.found.version}, from ${lookup.found.source}` })
      continue
    }
    const hasBuild = definitionOf(name).debian !== undefined && !lookup.conclusive
    if (hasBuild && fetch && typeof tools !== 'string') {
      fetchable.push(name)
      continue
    }
    const reason = typeof tools === 'string' ? tools : 'not fetched: fetching was not allowed'
    missing.set(name, hasBuild ? [...lookup.tried, { place: 'Debian packages', reason }] : lookup.tried)
  }
  // What cannot be had at all is told before anything is downloaded.
  if (missing.size > 0) throw unavailable(missing)
  if (fetchable.length > 0 && typeof tools !== 'string') {
    for (const [name, outcome] of await fetchComponents(fetchable, { tools, context, onEvent })) {
      if (!('reason' in outcome)) found.set(name, outcome)
      else {
        const tried = lookups.get(name)?.tried ?? []
        missing.set(name, [...tried, { place: 'Debian packages', reason: outcome.reason }])
      }
    }
    if (missing.size > 0) throw unavailable(missing)
  }
  return new Map(
    wanted.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])) as Iterable<
      [ComponentName, ResolvedComponent]
    >,
  )
}

/**
 * Finds a program that the stack can do without: `undefined` when there is none. Fetches nothing.
 * @throws FD_COMPONENT_UNAVAILABLE when the environment names a program that will not do
 */
export async function findOptional(
  name: ComponentName,
  { env = process.env, signal }: Pick<ResolveOptions, 'env' | 'signal'> = {},
): Promise<ResolvedComponent | undefined> {
  const { found, tried, conclusive } = await lookUp(name, { env, signal })
  if (conclusive && found === undefined) throw unavailable(new Map([[name, tried]]))
  return found
}

function unavailable(missing: ReadonlyMap<ComponentName, Tried[]>) {
  const names = [...missing.keys()]
  // FiredrillError.format() aligns what follows a line break in `next` only.
  const places = [...groupByReason(missing)].map(([said, whose]) => `${whose.join(', ')}: ${said}`)
  return componentErrors.error('FD_COMPONENT_UNAVAILABLE', {
    message: `not available: ${names.join(', ')}`,
    expected: names.map((name) => `${definitionOf(name).server} ${definitionOf(name).minimum} or newer`).join(', '),
    given: places.join('\n            '),
    next: helpFor(names, thisPlatform().platform).join('\n'),
  })
}

/** "place: reason" → the components of which it is true, so that one cause is told once. */
function groupByReason(missing: ReadonlyMap<ComponentName, Tried[]>): Map<string, ComponentName[]> {
  const groups = new Map<string, ComponentName[]>()
  for (const [name, tried] of missing) {
    for (const { place, reason } of tried) {
      const said = `${place}: ${reason}`
      groups.set(said, [...(groups.get(said) ?? []), name])
    }
  }
  return groups
}
