import { type ComponentName, definitionOf } from './all/components.ts'
import type { ResolvedComponent, Tried } from './component.ts'
import { componentErrors } from './errors.ts'
import { findDebianTools, thisPlatform } from './fetch/debian-support.ts'
import { fetchComponents } from './fetch/fetch-components.ts'
import { helpFor } from './help.ts'
import { lookUp } from './lookup.ts'
import type { ResolveEvent } from './resolve-event.ts'

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
  const lookups = await Promise.all(
    [...new Set(names)].map(async (name) => ({ name, lookup: await lookUp(name, context) })),
  )
  signal?.throwIfAborted()

  const found = new Map<ComponentName, ResolvedComponent>()
  const missing = new Map<ComponentName, Tried[]>()
  const fetchable: { name: ComponentName; tried: Tried[] }[] = []
  const debian = await findDebianTools(env)
  for (const { name, lookup } of lookups) {
    const { tried, conclusive } = lookup
    if (lookup.found !== undefined) {
      found.set(name, lookup.found)
      onEvent({ component: name, step: 'found', detail: `${lookup.found.version}, from ${lookup.found.source}` })
    } else if (definitionOf(name).debian === undefined || conclusive) {
      missing.set(name, tried)
    } else if ('reason' in debian) {
      missing.set(name, [...tried, notFetched(debian.reason)])
    } else if (!fetch) {
      missing.set(name, [...tried, notFetched('not fetched: fetching was not allowed')])
    } else {
      fetchable.push({ name, tried })
    }
  }
  // Before anything is downloaded: a start that must fail fails at once.
  if (missing.size > 0) throw unavailable(missing)
  if (fetchable.length > 0 && 'tools' in debian) {
    const wanted = fetchable.map(({ name }) => name)
    const fetched = await fetchComponents(wanted, { tools: debian.tools, context, onEvent })
    for (const { name, tried } of fetchable) {
      const outcome = fetched.get(name) ?? { reason: 'not fetched' }
      if ('reason' in outcome) missing.set(name, [...tried, notFetched(outcome.reason)])
      else found.set(name, outcome)
    }
    if (missing.size > 0) throw unavailable(missing)
  }
  return found
}

/**
 * Finds an installed program that the stack can do without: `undefined` when there is none. Fetches nothing, and looks at nothing that
 * was fetched.
 * @throws FD_COMPONENT_UNAVAILABLE when the environment names a program that cannot be used
 */
export async function findOptional(
  name: ComponentName,
  { env = process.env, signal }: Pick<ResolveOptions, 'env' | 'signal'> = {},
): Promise<ResolvedComponent | undefined> {
  const { found, tried, conclusive } = await lookUp(name, { env, signal }, { fetched: false })
  if (conclusive && found === undefined) throw unavailable(new Map([[name, tried]]))
  return found
}

function notFetched(reason: string): Tried {
  return { place: 'Debian packages', reason }
}

function unavailable(missing: ReadonlyMap<ComponentName, Tried[]>) {
  const names = [...missing.keys()]
  // FiredrillError.format() aligns what follows a line break in `next` only.
  const places = [...groupByReason(missing)].map(([reason, components]) => `${components.join(', ')}: ${reason}`)
  return componentErrors.error('FD_COMPONENT_UNAVAILABLE', {
    message: `not available: ${names.join(', ')}`,
    expected: names.map((name) => `${definitionOf(name).server} ${definitionOf(name).minimum} or newer`).join(', '),
    given: places.join('\n            '),
    next: helpFor(names, thisPlatform().platform).join('\n'),
  })
}

/** "place: reason" → the components that it is true of, so that one cause is printed once. */
function groupByReason(missing: ReadonlyMap<ComponentName, Tried[]>): Map<string, ComponentName[]> {
  const groups = new Map<string, ComponentName[]>()
  for (const [name, tried] of missing) {
    for (const { place, reason } of tried) {
      const line = `${place}: ${reason}`
      groups.set(line, [...(groups.get(line) ?? []), name])
    }
  }
  return groups
}
