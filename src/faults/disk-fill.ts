import { open, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { formatBytes } from '../base/bytes.ts'
import { faultErrors } from './errors.ts'
import { defineInsideFault } from './inside-fault.ts'
import { bytesParam, read } from './params.ts'

const PIECE_BYTES = 1024 * 1024
/** What must stay free of the file system, whatever is asked: it is not only ours. */
const SPARED_BYTES = 1024 ** 3
const BLOCK_BYTES = 512

export const diskFill = defineInsideFault({
  name: 'disk-fill',
  summary:
    "Fill the disk from the service's scratch folder, up to a quota; the space is free again when the process ends",
  params: Type.Object(
    {
      size: bytesParam({ min: '1MiB', max: '64GiB', default: '256MiB', description: 'The quota: how much is written' }),
    },
    { additionalProperties: false },
  ),
  async begin({ folder, signal }, params) {
    const bytes = read('bytes', params.size)
    const { bavail, bsize } = await statfs(folder)
    const limit = bavail * bsize - SPARED_BYTES
    if (bytes > limit) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${params.size} would leave less than ${formatBytes(SPARED_BYTES)} of the disk free`,
        expected: `at most ${formatBytes(Math.max(0, limit))}`,
      })
    }
    const path = join(folder, `disk-fill-${process.pid}-${performance.now()}`)
    const file = await open(path, 'wx')
    try {
      // Without a name the space lives as long as the descriptor, so that not even kill -9 leaves it behind.
      await unlink(path)
      const piece = Buffer.alloc(PIECE_BYTES, 'firedrill')
      for (let left = bytes; left > 0 && !signal.aborted; left -= piece.length)
        await file.write(piece, 0, Math.min(left, piece.length))
      await file.datasync()
    } catch (error) {
      await file.close()
      throw error
    }
    const taken = (await file.stat()).blocks * BLOCK_BYTES
    return {
      proof: { landed: taken >= bytes, proof: `${formatBytes(taken)} of the disk are taken in ${folder}` },
      end: () => file.close(),
    }
  },
})
