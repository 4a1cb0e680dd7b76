import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../../base/errors.ts'
import { type ComponentName, definitionOf } from '../all/components.ts'
import type { DebianBuild, LookupContext, ResolvedComponent } from '../component.ts'
import { componentErrors } from '../errors.ts'
import type { ResolveEvent } from '../resolve-event.ts'
import { checkVersion } from '../version.ts'
import { componentsFolder, createTemporaryFolder, type Manifest, publish } from './cache.ts'
import type { DebianTools } from './debian-support.ts'
import { fileHash } from './file-hash.ts'
import { PrivateApt } from './private-apt.ts'
import { unpackPackage, verifyPackage } from './unpack-packages.ts'

/** Fetches components as Debian packages. */

/** Unpacking keeps a core busy; more at a time would slow everything else on the machine. */
const AT_A_TIME = 2

interface Fetching {
  apt: PrivateApt
  tools: DebianTools
  context: LookupContext
  /** Temporary, on the same file system as the cache. */
  workshop: string
  onEvent: (event: ResolveEvent) => void
}

/** Builds components from Debian packages in the cache: one update for all, then two at a time. Failures are reasons. */
export async function fetchComponents(
  names: readonly ComponentName[],
  options: Omit<Fetching, 'apt' | 'workshop'>,
): Promise<Map<ComponentName, ResolvedComponent | { reason: string }>> {
  const { context, tools } = options
  const outcomes = new Map<ComponentName, ResolvedComponent | { reason: string }>()
  let workshop: string | undefined
  let apt: PrivateApt | undefined
  try {
    workshop = await createTemporaryFolder(componentsFolder(context.env))
    apt = await PrivateApt.open(workshop, tools, context)
    const fetching = { ...options, apt, workshop }
    const waiting = [...names]
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        outcomes.set(name, await fetchComponent(name, fetching).catch(asReason))
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
  } catch (error) {
    for (const name of names) if (!outcomes.has(name)) outcomes.set(name, asReason(error))
  } finally {
    await apt?.close()
    // Children of a killed apt-get may still be writing their last bytes.
    if (workshop !== undefined) await rm(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  context.signal?.throwIfAborted()
  return outcomes
}

const asReason = (error: unknown) => ({ reason: messageOf(error) })

async function fetchComponent(name: ComponentName, fetching: Fetching): Promise<ResolvedComponent> {
  const { apt, tools, context, workshop, onEvent } = fetching
  const definition = definitionOf(name)
  const build = definition.debian
  if (build === undefined) throw componentErrors.error('FD_COMPONENT_FETCH', { message: 'there is no Debian build' })
  const folder = join(workshop, name)
  await mkdir(folder)

  const wanted = await apt.withDependencies(build.packages, build.follow)
  onEvent({
    component: name,
    step: 'downloading',
    detail: wanted.length > 3 ? `${wanted[0]} and ${wanted.length - 1} more packages` : wanted.join(', '),
  })
  const { folder: debs, announced: packages } = await apt.download(wanted, `${name}-debs`)
  const megabytes = packages.reduce((sum, one) => sum + one.bytes, 0) / 1e6
  onEvent({ component: name, step: 'unpacking', detail: `${megabytes.toFixed(1)} MB` })
  for (const one of packages) {
    await verifyPackage(debs, one)
    await unpackPackage(join(debs, one.file), join(folder, 'root'), { tools, exclude: build.exclude ?? [], context })
  }
  await rm(debs, { recursive: true })
  await build.finish?.(folder)

  const start = await build.start?.(folder)
  const server = join(folder, build.programs[definition.server] ?? '')
  const checked = await checkVersion(server, definition, { ...context, ...(start && { extraEnv: start.env }) })
  if ('problem' in checked) {
    throw componentErrors.error('FD_COMPONENT_FETCH', {
      message: `the fetched ${definition.server} ${checked.problem}`,
    })
  }
  const manifest: Manifest = {
    component: name,
    version: checked.version,
    fetchedAt: new Date().toISOString(),
    packages: packages.map(({ file: _, ...rest }) => rest),
    programs: await measurePrograms(folder, build),
  }
  const found = await publish(folder, manifest, { definition, parent: componentsFolder(context.env) })
  onEvent({ component: name, step: 'ready', detail: checked.version })
  return found
}

async function measurePrograms(folder: string, build: DebianBuild): Promise<Manifest['programs']> {
  const programs: Manifest['programs'] = {}
  for (const [program, path] of Object.entries(build.programs)) {
    const file = join(folder, path)
    programs[program] = { path, bytes: (await stat(file)).size, sha256: await fileHash(file) }
  }
  return programs
}
