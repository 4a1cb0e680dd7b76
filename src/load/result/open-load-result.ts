import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { loadErrors } from '../errors.ts'
import { readLoadResult } from './read-result.ts'
import type { LoadResult } from './result.ts'

/** The result of a load run, from its folder or from the file itself. @throws FD_LOAD_RESULT */
export async function openLoadResult(path: string): Promise<LoadResult> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, 'result.json') : path
  const missing = (cause: unknown) =>
    loadErrors.error('FD_LOAD_RESULT', {
      message: 'there is no such file',
      where: file,
      expected: 'a folder that `firedrill load` has written, or the result.json in it',
      cause,
    })
  return readLoadResult(await readUserFile(file, { maxBytes: fileLimits.loadResult, missing }), file)
}
