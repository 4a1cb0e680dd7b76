import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ExecaError, execa } from 'execa'
import { defined } from '../../../../base/defined.ts'
import type { LookupContext } from '../component.ts'
import { componentErrors } from '../errors.ts'
import { commandFailed } from '../run-command.ts'
import type { DebianTools } from './debian-support.ts'
import { fileHash } from './file-hash.ts'
import type { AnnouncedPackage } from './private-apt.ts'

/** Verifies and unpacks Debian packages. */

const TIMEOUT_MS = 5 * 60_000

/**
 * Checks a downloaded package against the index.
 * @throws FD_COMPONENT_FETCH when it is not the file that the index lists
 */
export async function verifyPackage(folder: string, announced: AnnouncedPackage): Promise<void> {
  const path = join(folder, announced.file)
  const sha256 = await fileHash(path)
  const { size } = await stat(path)
  if (sha256 === announced.sha256 && size === announced.bytes) return
  throw componentErrors.error('FD_COMPONENT_FETCH', {
    message: `the downloaded ${announced.file} is not the announced one`,
    expected: `SHA256 ${announced.sha256}, ${announced.bytes} bytes`,
    given: `SHA256 ${sha256}, ${size} bytes`,
  })
}

/** Unpacks the files of one package below `root`, without documentation and without running anything of it. */
export async function unpackPackage(
  deb: string,
  root: string,
  { tools, exclude, context }: { tools: DebianTools; exclude: readonly string[]; context: LookupContext },
): Promise<void> {
  await mkdir(root, { recursive: true })
  const bounds = {
    env: { ...context.env, LC_ALL: 'C' },
    extendEnv: false,
    timeout: TIMEOUT_MS,
    ...defined({ cancelSignal: context.signal }),
  }
  const patterns = ['./usr/share/doc*', './usr/share/man*', ...exclude].map((pattern) => `--exclude=${pattern}`)
  // Run by root, tar would otherwise keep owners and set-user-id bits.
  const tarArgs = ['-x', '-C', root, '--no-same-owner', '--no-same-permissions', ...patterns]
  try {
    await execa(tools.dpkgDeb, ['--fsys-tarfile', deb], { ...bounds, buffer: { stdout: false } }).pipe(
      tools.tar,
      tarArgs,
      bounds,
    )
  } catch (error) {
    context.signal?.throwIfAborted()
    if (!(error instanceof ExecaError)) throw error
    const output = String(error.stderr ?? '')
    throw commandFailed('unpacking', [deb], {
      how: 'failed',
      output: output || error.originalMessage || '',
      cause: error,
    })
  }
}
