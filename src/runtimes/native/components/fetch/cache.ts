import { randomBytes } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { readIfThere, writeAtomically } from '../../../../base/files/files.ts'
import { distrust } from '../../../../base/files/own-files.ts'
import type { ComponentName } from '../all/components.ts'
import type { ComponentDefinition, Lookup, ResolvedComponent } from '../component.ts'
import { componentErrors } from '../errors.ts'
import { isExecutable } from '../search-path.ts'
import { compareVersions } from '../version.ts'
import { fileHash } from './file-hash.ts'

/** `manifest.json` of a cached component: what it was built from, and what must be there. */
export interface Manifest {
  component: ComponentName
  version: string
  /** ISO 8601. */
  fetchedAt: string
  packages: { package: string; version: string; sha256: string; bytes: number }[]
  /** Program name → path relative to the folder, its size and SHA-256 in hex, which builds of an older Firedrill lack. */
  programs: Record<string, { path: string; bytes: number; sha256?: string }>
}

const TEMPORARY = '.tmp-'
/** Begins the name of what a download has brought so far, which a later one continues. */
export const PART = '.part-'
/** Longer than any fetch may take, so that the folder of a running fetch is never removed. */
const ABANDONED_AFTER_MS = 6 * 3_600_000
/** A download is continued after a night, or a weekend. */
const GIVEN_UP_AFTER_MS = 7 * 24 * 3_600_000

/** Where fetched components are kept: `$FIREDRILL_CACHE`, else `$XDG_CACHE_HOME/firedrill`, else `~/.cache/firedrill`. */
export function componentsFolder(env: NodeJS.ProcessEnv): string {
  const base = env.FIREDRILL_CACHE
    ? resolve(env.FIREDRILL_CACHE)
    : env.XDG_CACHE_HOME?.startsWith('/')
      ? join(env.XDG_CACHE_HOME, 'firedrill')
      : join(env.HOME?.startsWith('/') ? env.HOME : homedir(), '.cache', 'firedrill')
  return join(base, 'components')
}

/**
 * Why programs of the cache must not be started: another user who can write to it can put any program there. `undefined` when it
 * belongs to this user or to root, or does not exist.
 */
async function suspicionOf(path: string): Promise<string | undefined> {
  const stat = await lstat(path).catch(() => undefined)
  const why = stat === undefined ? undefined : distrust(stat, { orRoots: true })
  return why === undefined ? undefined : `not trusted: ${why.problem}; remove it, it is fetched again`
}

/** "redis-7.4.1-x64", and not "redis-exporter-1.45.0-x64". */
function isBuildOf(entry: string, name: ComponentName): boolean {
  return entry.startsWith(`${name}-`) && /^\d/.test(entry.slice(name.length + 1)) && entry.endsWith(`-${process.arch}`)
}

/** The newest complete build of a component in the cache. */
export async function findInCache(
  name: ComponentName,
  definition: ComponentDefinition,
  env: NodeJS.ProcessEnv,
): Promise<Lookup> {
  const parent = componentsFolder(env)
  for (const folder of [dirname(parent), parent]) {
    const suspicion = await suspicionOf(folder)
    if (suspicion !== undefined) return { tried: [{ place: `cache ${folder}`, reason: suspicion }] }
  }
  const entries = await readdir(parent).catch(() => [])
  const tried: Lookup['tried'] = []
  const complete: { folder: string; manifest: Manifest }[] = []
  for (const entry of entries.filter((one) => isBuildOf(one, name))) {
    const folder = join(parent, entry)
    const manifest = (await suspicionOf(folder)) ?? (await readComplete(folder, name))
    if (typeof manifest === 'string') tried.push({ place: folder, reason: manifest })
    else if (compareVersions(manifest.version, definition.minimum) < 0) {
      tried.push({ place: folder, reason: `is version ${manifest.version}; at least ${definition.minimum} is needed` })
    } else complete.push({ folder, manifest })
  }
  for (const { folder, manifest } of complete.sort((a, b) => compareVersions(b.manifest.version, a.manifest.version))) {
    const found = await fromFolder(folder, manifest, definition)
    if (!('problem' in found)) return { found, tried }
    tried.push({ place: folder, reason: `damaged: ${found.problem}` })
  }
  if (tried.length === 0) tried.push({ place: `cache ${parent}`, reason: 'not there' })
  return { tried }
}

/** The manifest of a folder that has all its programs, or what is wrong with it. */
export async function readComplete(folder: string, name: ComponentName): Promise<Manifest | string> {
  let manifest: Manifest
  try {
    manifest = JSON.parse((await readIfThere(join(folder, 'manifest.json'))) ?? 'null') as Manifest
    if (manifest.component !== name || typeof manifest.version !== 'string') return 'its manifest is of something else'
    for (const [program, { path, bytes, sha256 }] of Object.entries(manifest.programs)) {
      const file = join(folder, path)
      if (relative(folder, file).startsWith('..')) return `damaged: ${program} is elsewhere`
      if (!(await isExecutable(file))) return `incomplete: ${program} is missing`
      if ((await stat(file)).size !== bytes) return `damaged: ${program} has another size`
      if (sha256 !== undefined && (await fileHash(file)) !== sha256) return `damaged: ${program} has other content`
    }
  } catch {
    return 'incomplete: it has no readable manifest'
  }
  return manifest
}

/** Moves a finished folder to its place in one step; when another process was faster, its folder is used and ours removed. */
export async function publish(
  folder: string,
  manifest: Manifest,
  { definition, parent }: { definition: ComponentDefinition; parent: string },
): Promise<ResolvedComponent> {
  const { component: name, version } = manifest
  const final = join(parent, `${name}-${version}-${process.arch}`)
  // The manifest comes last: a folder that was abandoned half-way has none.
  await writeAtomically(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (let round = 0; round < 5; round += 1) {
    try {
      await rename(folder, final)
      const ours = await fromFolder(final, manifest, definition)
      if ('problem' in ours) throw componentErrors.error('FD_COMPONENT_FETCH', { message: ours.problem, where: final })
      return ours
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error
    }
    const theirs = await readComplete(final, name)
    const found = typeof theirs === 'string' ? { problem: theirs } : await fromFolder(final, theirs, definition)
    if (!('problem' in found)) {
      await rm(folder, { recursive: true, force: true })
      return found
    }
    const aside = join(parent, `${TEMPORARY}broken-${randomBytes(6).toString('hex')}`)
    await rename(final, aside).catch(() => undefined)
    await rm(aside, { recursive: true, force: true })
  }
  throw componentErrors.error('FD_COMPONENT_FETCH', {
    message: `cannot put the fetched ${name} in place`,
    where: final,
  })
}

/** Makes the folder of fetched components where it is missing. @throws FD_COMPONENT_FETCH when others may write to it */
export async function openCache(parent: string): Promise<void> {
  // Closed to others, so that they cannot reach what is below it either.
  await mkdir(dirname(parent), { recursive: true, mode: 0o755 })
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const folder of [dirname(parent), parent]) {
    const suspicion = await suspicionOf(folder)
    if (suspicion === undefined) continue
    throw componentErrors.error('FD_COMPONENT_FETCH', { message: suspicion, where: folder })
  }
}

/** A fresh temporary folder beside the published ones, after what crashed runs left behind is removed. */
export async function createTemporaryFolder(parent: string): Promise<string> {
  await openCache(parent)
  for (const entry of await readdir(parent)) {
    const keepMs = entry.startsWith(TEMPORARY)
      ? ABANDONED_AFTER_MS
      : entry.startsWith(PART)
        ? GIVEN_UP_AFTER_MS
        : undefined
    if (keepMs === undefined) continue
    const path = join(parent, entry)
    const modifiedMs = (await stat(path).catch(() => undefined))?.mtimeMs
    if (modifiedMs !== undefined && Date.now() - modifiedMs > keepMs) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
  }
  return await mkdtemp(join(parent, TEMPORARY))
}

async function fromFolder(
  folder: string,
  manifest: Manifest,
  definition: ComponentDefinition,
): Promise<ResolvedComponent | { problem: string }> {
  const programs = Object.entries(manifest.programs).map(([program, { path }]) => [program, join(folder, path)])
  const server = join(folder, manifest.programs[definition.server]?.path ?? '')
  const started = (await definition.debian?.start?.(folder)) ?? (await definition.adapt?.(server)) ?? {}
  if ('problem' in started) return started
  return {
    name: manifest.component,
    version: manifest.version,
    source: 'cache',
    programs: Object.fromEntries(programs),
    env: {},
    args: [],
    ...started,
  }
}
