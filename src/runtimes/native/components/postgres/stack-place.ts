import { chmod, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../../../base/files/files.ts'
import { IN_STATE, quoted, readOwnFile } from '../../../../base/files/own-files.ts'
import { componentErrors } from '../errors.ts'

/** The place outside of the state folder that a stack uses when run as root. */

/** Names the state folder that a place is kept for: the id alone may be of a copy, or made up. */
const BELONGS_TO = 'state-folder'

/**
 * Makes the place below the open folder that a stack of this id keeps things in, passable for all and writable for root only.
 * @throws FD_POSTGRES_PREPARE when it is another state folder's
 */
export async function takePlace(openFolder: string, stackId: string, stateFolder: string): Promise<string> {
  const place = join(openFolder, stackId)
  for (const folder of [openFolder, place]) {
    await mkdir(folder, { recursive: true })
    // Independent of the umask: every user must be able to pass, and only root to write.
    await chmod(folder, 0o755)
  }
  const owner = readOwnFile(join(place, BELONGS_TO), { remedy: IN_STATE })?.trim()
  const ours = await realpath(stateFolder)
  if (owner === undefined) await writeAtomically(join(place, BELONGS_TO), `${ours}\n`)
  else if (owner !== ours) {
    throw componentErrors.error('FD_POSTGRES_PREPARE', {
      message: `the data in ${place} is that of another state folder with the same id`,
      where: ours,
      given: owner,
      next: `if that folder was moved here: echo ${quoted(ours)} > ${quoted(join(place, BELONGS_TO))}; if this is a copy: remove its file \`id\` and its data`,
    })
  }
  return place
}

/** Whether a place is kept for this state folder. */
export async function belongsTo(place: string, stateFolder: string): Promise<boolean> {
  const owner = readOwnFile(join(place, BELONGS_TO), { remedy: IN_STATE })?.trim()
  return owner === (await realpath(stateFolder))
}
