import { type FileHandle, open, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '#typebox'
import { formatBytes } from '../../base/units/bytes.ts'
import type { BesideFolder } from '../beside.ts'
import { faultErrors } from '../errors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { bytesParam, read } from '../params.ts'
import { MOST_FAULTS, SPARED_DISK_BYTES } from './reserve.ts'

/** Fills the disk from a service's scratch folder, or from the folder that a description gives. */

const PIECE_BYTES = 1024 * 1024
/** Each of the faults that may be active at once may be about to write a piece. */
const KEPT_FREE_BYTES = SPARED_DISK_BYTES + MOST_FAULTS * PIECE_BYTES
const BLOCK_BYTES = 512

export const diskFill = defineInsideFault({
  name: 'disk-fill',
  summary:
    "Fill the disk from the service's scratch folder, up to a quota; the space is free again when the process ends",
  machine: 'room on its disk is taken',
  params: Type.Object(
    {
      size: bytesParam({ min: '1MiB', max: '64GiB', default: '256MiB', description: 'The quota: how much is written' }),
    },
    { additionalProperties: false },
  ),
  begin: ({ folder, signal }, params) => fillFolder({ name: folder, path: folder }, params.size, signal),
  outside: {
    need: 'disk',
    async begin(beside, params, { forMs, signal }) {
      const folder = await beside.folder()
      const begunAtMs = Date.now()
      // This process holds the file, which has no name: whichever way it ends, the space is free again.
      const filled = await fillFolder(
        folder,
        params.size,
        AbortSignal.any([AbortSignal.timeout(forMs), signal]),
      ).finally(() => folder.close())
      if (!signal.aborted) return { begunAtMs, ...filled }
      await filled.end()
      throw signal.reason
    },
  },
})

/** Takes room on the disk of a folder. Rejects, with nothing taken, when too little would stay free. */
async function fillFolder(folder: Pick<BesideFolder, 'name' | 'path'>, size: string, signal: AbortSignal) {
  const bytes = read('bytes', size)
  const free = async () => {
    const { bavail, bsize } = await statfs(folder.path)
    return bavail * bsize
  }
  const limit = (await free()) - KEPT_FREE_BYTES
  if (bytes > limit) throw tooMuch(size, limit)
  const path = join(folder.path, `disk-fill-${process.pid}-${performance.now()}`)
  const file = await open(path, 'wx').catch((cause: Error) => {
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `${folder.name} cannot be written to: ${cause.message}`,
      cause,
    })
  })
  try {
    // Without a name the space is free again when the descriptor is closed, even after kill -9.
    await unlink(path)
    const written = await fill(file, { bytes, free, signal })
    if (written < bytes && !signal.aborted) throw tooMuch(size, written)
  } catch (error) {
    await file.close()
    throw error
  }
  const taken = (await file.stat()).blocks * BLOCK_BYTES
  return {
    proof: { landed: taken >= bytes, proof: `${formatBytes(taken)} of the disk are taken in ${folder.name}` },
    end: () => file.close(),
  }
}

/**
 * Writes until `bytes` are written, or only the space that must stay free is left. Returns how many bytes were written.
 * What was written before the signal is given up, and need not reach the disk.
 * @param options.free The free space of the disk, in bytes: asked before each piece, since other programs write too.
 */
export async function fill(
  file: Pick<FileHandle, 'write' | 'datasync'>,
  { bytes, free, signal }: { bytes: number; free: () => Promise<number>; signal: AbortSignal },
): Promise<number> {
  const piece = Buffer.alloc(PIECE_BYTES, 'firedrill')
  let written = 0
  while (written < bytes && !signal.aborted && (await free()) >= KEPT_FREE_BYTES) {
    const { bytesWritten } = await file.write(piece, 0, Math.min(bytes - written, piece.length))
    written += bytesWritten
  }
  if (!signal.aborted) await file.datasync()
  return written
}

function tooMuch(size: string, limit: number) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `${size} would leave less than ${formatBytes(SPARED_DISK_BYTES)} of the disk free`,
    expected: `at most ${formatBytes(Math.max(0, limit))}`,
  })
}
