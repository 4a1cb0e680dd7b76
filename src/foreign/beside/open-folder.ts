import { constants, lstat, open, stat } from 'node:fs/promises'
import { messageOf } from '../../base/errors.ts'
import type { BesideFolder } from '../../faults/beside.ts'
import { faultErrors } from '../../faults/errors.ts'

/**
 * Opens the folder that faults may fill. A container's own root is reached through /proc, where a symbolic link of the container leads
 * out of it, and the container may put one there at any moment. So each step is opened from the one before it, none is followed, and
 * what is written goes through the opened folder.
 * @throws FD_FAULT_REFUSED
 */
export async function openFolder(path: string, { root, replica }: FolderPlace): Promise<BesideFolder> {
  if (root === '') {
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() !== true) throw notFillable(path, found === undefined ? MISSING : 'it is a file')
    return { name: path, path, close: async () => undefined }
  }
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw notFillable(path, '".." can lead out of the container')
  let folder = await open(root, O_DIRECTORY).catch((cause: Error) => {
    throw notFillable(path, messageOf(cause))
  })
  for (const [index, part] of parts.entries()) {
    const step = `/proc/self/fd/${folder.fd}/${part}`
    try {
      const next = await open(step, O_DIRECTORY | O_NOFOLLOW).catch(async (cause: Error) => {
        throw notFillable(path, `/${parts.slice(0, index + 1).join('/')}: ${await whyNot(step, cause)}`)
      })
      await folder.close()
      folder = next
    } catch (error) {
      await folder.close()
      throw error
    }
  }
  const held = folder
  return { name: `${path} of ${replica}`, path: `/proc/self/fd/${held.fd}`, close: () => held.close() }
}

const { O_DIRECTORY, O_NOFOLLOW } = constants

interface FolderPlace {
  /** Where this process finds the folder that is the replica's root; empty when both have the same. */
  root: string
  /** Its name, for people. */
  replica: string
}

const MISSING = 'there is none'

async function whyNot(step: string, cause: Error): Promise<string> {
  const found = await lstat(step).catch(() => undefined)
  if (found === undefined) return MISSING
  if (found.isSymbolicLink()) return 'it is a symbolic link'
  return found.isDirectory() ? messageOf(cause) : 'it is a file'
}

function notFillable(path: string, given: string) {
  return faultErrors.error('FD_FAULT_REFUSED', { message: `${path} is not a folder that can be filled`, given })
}
