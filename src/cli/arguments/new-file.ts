import { lstatSync } from 'node:fs'
import { checkUserOutput, writeUserFile } from '../../base/files/user-output.ts'
import { usageErrors } from '../../base/usage-errors.ts'

/** Writes a file to begin with. What is there already stays. @throws FD_USAGE, FD_FILE_UNWRITABLE */
export async function writeNewFile(path: string, text: string): Promise<void> {
  await checkUserOutput(path)
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw usageErrors.error('FD_USAGE', {
      message: 'this is there already, and stays as it is',
      where: path,
      expected: 'a path where there is nothing yet',
      next: 'name another one, or edit this one',
    })
  }
  await writeUserFile(path, text)
}
