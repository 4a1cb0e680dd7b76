import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { makePrivateFolder } from '../../base/files/private-folder.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { formatBytes } from '../../base/units/bytes.ts'
import { loadErrors } from '../errors.ts'
import { journeys } from './journeys.ts'

/** A journey on its way to another machine: by its name when it ships, else as its own text and that of the files it imports. */
export type PackedJourney = { name: string } | JourneyFiles

export interface JourneyFiles {
  /** Path of the journey among the files. */
  entry: string
  /** Paths with "/", relative to a folder that they share. */
  files: readonly { path: string; text: string }[]
  /** Of all of this, as hexadecimal text. */
  sha256: string
}

/** Together, in bytes. A bundle of a large library has as much. */
const MOST_BYTES = fileLimits.written
const MOST_FILES = 100

/**
 * Packs a journey that `readJourney` has read. Files are found by their imports: relative ones whose path is written out. Packages
 * are not packed: a worker has no folder of them.
 * @throws FD_LOAD_JOURNEY when there is too much of it
 */
export async function packJourney(nameOrPath: string): Promise<PackedJourney> {
  if (Object.hasOwn(journeys, nameOrPath)) return { name: nameOrPath }
  const start = resolve(nameOrPath)
  const texts = new Map<string, string>()
  const waiting = [start]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (texts.has(path)) continue
    const text = await readUserFile(path, { maxBytes: MOST_BYTES })
    texts.set(path, text)
    waiting.push(...importedFrom(path, text))
    refuseTooMuch([...texts.values()], nameOrPath)
  }
  const root = sharedFolder([...texts.keys()])
  const plain = (path: string) => relative(root, path).split(sep).join('/')
  const files = [...texts].map(([path, text]) => ({ path: plain(path), text }))
  // Node decides by the nearest package.json what a .js file is.
  const type = /\.m?ts$|\.[cm]js$/.test(start) ? undefined : await packageTypeOf(start)
  if (type !== undefined && !files.some(({ path }) => path === 'package.json')) {
    files.push({ path: 'package.json', text: JSON.stringify({ type }) })
  }
  return { entry: plain(start), files, sha256: hashOf(plain(start), files) }
}

/** A journey that can be read here, as `readJourney` takes it. `remove` removes its files. */
export interface UnpackedJourney {
  nameOrPath: string
  /** Folder of the files; empty for a journey that ships. */
  folder: string
  remove(): Promise<void>
}

/** Writes a packed journey into a folder that only this user can read. @throws FD_LOAD_JOURNEY when it is not whole */
export async function unpackJourney(packed: PackedJourney): Promise<UnpackedJourney> {
  if ('name' in packed) return { nameOrPath: packed.name, folder: '', remove: async () => undefined }
  const { entry, files, sha256 } = packed
  refuseTooMuch(
    files.map(({ text }) => text),
    entry,
  )
  const bad = files.map(({ path }) => path).find((path) => !isInside(path))
  if (bad !== undefined || !files.some(({ path }) => path === entry)) {
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: 'the files of the journey have paths that cannot be',
      where: bad ?? entry,
    })
  }
  if (hashOf(entry, files) !== sha256) {
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: 'the journey did not arrive as it was sent',
      where: entry,
      expected: `SHA-256 ${sha256}`,
      given: hashOf(entry, files),
    })
  }
  const { path: folder, remove } = makePrivateFolder('journey')
  try {
    for (const { path, text } of files) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, text, { mode: 0o600 })
    }
  } catch (error) {
    remove()
    throw error
  }
  return { nameOrPath: join(folder, entry), folder, remove: async () => remove() }
}

/** `from './x.ts'`, `import './x.ts'`, `import('./x.ts')`. What only looks like it in a text names no file, and is left out. */
const IMPORT = /\b(?:from|import)\s*(?:\(\s*)?(["'])(\.{1,2}\/[^"'\n]+)\1/g

function importedFrom(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)]
    .map(([, , specifier = '']) => resolve(dirname(path), specifier))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

function refuseTooMuch(texts: readonly string[], where: string): void {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes <= MOST_BYTES && texts.length <= MOST_FILES) return
  throw loadErrors.error('FD_LOAD_JOURNEY', {
    message: 'the journey is too large to send to workers',
    where,
    expected: `at most ${MOST_FILES} files and ${formatBytes(MOST_BYTES)}, with the files that it imports`,
    given: `${texts.length} files, ${formatBytes(bytes)}`,
  })
}

function sharedFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths
  let folder = dirname(first)
  while (others.some((path) => relative(folder, path).startsWith('..'))) folder = dirname(folder)
  return folder
}

/** "module" or "commonjs", where the nearest package.json says so. */
async function packageTypeOf(path: string): Promise<string | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const text = await readUserFile(join(folder, 'package.json'), { maxBytes: fileLimits.written })
      const { type } = JSON.parse(text) as { type?: unknown }
      return type === 'module' || type === 'commonjs' ? type : undefined
    } catch {
      if (folder === dirname(folder)) return undefined
    }
  }
}

function isInside(path: string): boolean {
  return (
    /^[^/\\\0][^\\\0]*$/.test(path) && !path.split('/').some((part) => part === '..' || part === '.' || part === '')
  )
}

function hashOf(entry: string, files: JourneyFiles['files']): string {
  const content = JSON.stringify([entry, files.map(({ path, text }) => [path, text])])
  return createHash('sha256').update(content).digest('hex')
}
