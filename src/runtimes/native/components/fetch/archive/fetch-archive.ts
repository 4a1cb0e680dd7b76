import { mkdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf } from '../../../../../base/errors.ts'
import { formatBytes } from '../../../../../base/units/bytes.ts'
import { sleep } from '../../../../../base/wait.ts'
import { type Lock, lockFile } from '../../../state/lock.ts'
import type { ComponentName } from '../../all/components.ts'
import type {
  ArchiveBuild,
  ArchiveFile,
  ComponentDefinition,
  LookupContext,
  ResolvedComponent,
} from '../../component.ts'
import { componentErrors } from '../../errors.ts'
import type { ResolveEvent } from '../../resolve-event.ts'
import { runCommand } from '../../run-command.ts'
import { onSearchPath } from '../../search-path.ts'
import { checkServer } from '../../server-program.ts'
import { componentsFolder, createTemporaryFolder, findInCache, openCache, PART, publish } from '../cache.ts'
import { fileHash } from '../file-hash.ts'
import { downloadFile, sizeOf } from './download-file.ts'
import { reportBytes } from './report-bytes.ts'

/**
 * Fetches a component as the archive that its makers publish, into the cache. Nothing is unpacked before its SHA-256 is the one that is
 * written in `definition`. A failure is a reason; only an abort throws, and leaves what has arrived for the next time.
 */
export async function fetchArchive(
  name: ComponentName,
  definition: ComponentDefinition,
  { context, onEvent }: FetchArchiveOptions,
): Promise<ResolvedComponent | { reason: string }> {
  const { archive } = definition
  const platform = `${process.platform}-${process.arch}`
  const file = archive?.files[platform]
  if (archive === undefined || file === undefined) {
    const known = Object.keys(archive?.files ?? {}).join(' and ')
    return { reason: `its archive is for ${known}, and this is ${platform}` }
  }
  const [tar] = await onSearchPath(['tar'], context.env)
  if (tar === undefined) return { reason: 'there is no tar on PATH to unpack its archive with' }
  const fetching = { name, definition, archive, file, tar, context, onEvent }
  try {
    return await alone(fetching, () => fetchAndPublish(fetching))
  } catch (error) {
    context.signal?.throwIfAborted()
    return { reason: messageOf(error) }
  }
}

export interface FetchArchiveOptions {
  context: LookupContext
  onEvent: (event: ResolveEvent) => void
}

interface Fetching extends FetchArchiveOptions {
  name: ComponentName
  definition: ComponentDefinition
  archive: ArchiveBuild
  file: ArchiveFile
  tar: string
}

/** Where an archive gathers, so that the next fetch finds what has arrived. */
function partOf({ file, context }: Fetching): string {
  return join(componentsFolder(context.env), `${PART}${basename(file.path)}`)
}

/** One fetch at a time writes to the file. Who waited for another one finds the component in the cache. */
async function alone(fetching: Fetching, act: () => Promise<ResolvedComponent>): Promise<ResolvedComponent> {
  const { name, definition, context, onEvent } = fetching
  await openCache(componentsFolder(context.env))
  const path = `${partOf(fetching)}.lock`
  let lock: Lock | 'taken' = lockFile(path)
  if (lock === 'taken')
    onEvent({ component: name, step: 'downloading', detail: 'is fetched by another firedrill: waiting' })
  for (; lock === 'taken'; lock = lockFile(path)) await sleep(LOOK_AGAIN_MS, context.signal)
  try {
    return (await findInCache(name, definition, context.env)).found ?? (await act())
  } finally {
    await rm(path, { force: true })
    lock.release()
  }
}

const LOOK_AGAIN_MS = 500

async function fetchAndPublish(fetching: Fetching): Promise<ResolvedComponent> {
  const { name, definition, archive, file, context, onEvent } = fetching
  const parent = componentsFolder(context.env)
  const part = partOf(fetching)
  await requireSpace(parent, file.bytes * (1 + UNPACKED_RATIO) - (await sizeOf(part)))
  await download(fetching, part)
  onEvent({ component: name, step: 'unpacking', detail: `${archive.version}, its SHA-256 is the published one` })
  const workshop = await createTemporaryFolder(parent)
  try {
    const folder = join(workshop, name)
    await unpack(part, folder, fetching)
    const server = join(folder, archive.programs[definition.server] ?? '')
    const checked = await checkServer({ name, definition, path: server, source: 'cache' }, context)
    if ('problem' in checked) throw notUsable(`the fetched ${definition.server} ${checked.problem}`)
    const found = await publish(
      folder,
      {
        component: name,
        version: checked.found.version,
        fetchedAt: new Date().toISOString(),
        packages: [{ package: basename(file.path), version: archive.version, sha256: file.sha256, bytes: file.bytes }],
        programs: await measure(folder, archive.programs),
      },
      { definition, parent },
    )
    await rm(part, { force: true })
    onEvent({ component: name, step: 'ready', detail: found.version })
    return found
  } finally {
    await rm(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

/** How much an archive grows when it is unpacked, generously. */
const UNPACKED_RATIO = 4

async function requireSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= needed) return
  throw notUsable(`it needs ${formatBytes(needed)} in ${folder}, and ${formatBytes(bavail * bsize)} are free`)
}

/** Downloads the archive until its content is the known one; what an earlier attempt left may be damaged, and is given up then. */
async function download({ name, archive, file, context, onEvent }: Fetching, part: string): Promise<void> {
  const { env, signal } = context
  const url = `${(env[archive.mirrorVariable] || archive.origin).replace(/\/+$/, '')}/${file.path}`
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw notUsable(`${archive.mirrorVariable} is not the address of an HTTP server: ${env[archive.mirrorVariable]}`)
  }
  for (let had = await sizeOf(part); ; had = 0) {
    const progress = reportBytes({ bytes: file.bytes, had, from: new URL(url).host }, (detail) =>
      onEvent({ component: name, step: 'downloading', detail: `${archive.version}, ${detail}` }),
    )
    await downloadFile({ url, path: part, bytes: file.bytes }, { env, signal, onBytes: progress })
    const sha256 = await fileHash(part)
    if (sha256 === file.sha256) return
    await rm(part, { force: true })
    if (had === 0) throw notUsable(`${url} is not the published archive: its SHA-256 is ${sha256}, not ${file.sha256}`)
  }
}

async function unpack(part: string, folder: string, { tar, context }: Fetching): Promise<void> {
  await mkdir(folder)
  // -o: also when root unpacks it, the files are of this user.
  await runCommand(tar, ['-x', '-z', '-o', '-f', part, '-C', folder, '--strip-components=1'], {
    env: { ...context.env, LC_ALL: 'C' },
    signal: context.signal,
    timeoutMs: 10 * 60_000,
  })
}

async function measure(folder: string, programs: ArchiveBuild['programs']) {
  const measured: Record<string, { path: string; bytes: number; sha256: string }> = {}
  for (const [program, path] of Object.entries(programs)) {
    const file = join(folder, path)
    measured[program] = { path, bytes: (await stat(file)).size, sha256: await fileHash(file) }
  }
  return measured
}

function notUsable(message: string) {
  return componentErrors.error('FD_COMPONENT_FETCH', { message })
}
