import { join } from 'node:path'
import { packageFolder } from '../../../base/files/package-folder.ts'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { seenOn } from '../../../stack/alerts/seen-on.ts'
import { apiErrors } from '../../errors.ts'

/** The runbooks that ship: one for each alert. */
export const runbookNames: readonly string[] = Object.keys(seenOn).sort()

/**
 * The text of a runbook, in Markdown.
 * @throws FD_RUNBOOK_UNKNOWN
 */
export async function readRunbook(name: string): Promise<string> {
  const unknown = () =>
    apiErrors.error('FD_RUNBOOK_UNKNOWN', {
      message: `there is no runbook ${name}`,
      expected: `one of ${runbookNames.join(', ')}`,
    })
  if (!runbookNames.includes(name)) throw unknown()
  const path = join(packageFolder(), 'docs', 'runbooks', `${name}.md`)
  return readUserFile(path, { maxBytes: fileLimits.written, missing: unknown })
}
