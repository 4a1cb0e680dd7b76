import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { componentErrors } from '../errors.ts'

/** Makes Debian's Alertmanager start from a private tree. */

const COMPILED_IN = '/usr/share/prometheus/alertmanager'
/** Exactly as long as COMPILED_IN: a Go string carries its length apart from its bytes. */
const RELATIVE = `${'./'.repeat(12)}am-assets/`

/**
 * Lets Debian's Alertmanager start from a private tree: the path of its default template is compiled in and no flag moves
 * it. A patched copy beside the original reads `am-assets/default.tmpl` below its working directory instead, where a
 * symlink leads to the unpacked files.
 * @param folder the component's folder, with the packages unpacked in `root/`
 */
export async function relocateAlertmanager(folder: string): Promise<void> {
  const program = join(folder, 'root/usr/bin/prometheus-alertmanager')
  const relocated = relocateTemplatePath(await readFile(program))
  await writeFile(`${program}.relocated`, relocated, { mode: 0o755 })
  await symlink(join('root', COMPILED_IN), join(folder, 'am-assets'))
}

/**
 * The program with the compiled-in template path made relative; the paths of the UI below it stay, flags move those.
 * @throws FD_COMPONENT_FETCH unless there is exactly one place to change: a build we do not know must not be guessed at.
 */
export function relocateTemplatePath(program: Buffer): Buffer {
  const copy = Buffer.from(program)
  let replacements = 0
  for (let at = copy.indexOf(COMPILED_IN); at !== -1; at = copy.indexOf(COMPILED_IN, at + COMPILED_IN.length)) {
    const rest = copy.toString('latin1', at + COMPILED_IN.length, at + COMPILED_IN.length + 6)
    if (rest.startsWith('/ui') || rest.startsWith('/no-ui')) continue
    copy.write(RELATIVE, at, 'latin1')
    replacements += 1
  }
  if (replacements !== 1) {
    throw componentErrors.error('FD_COMPONENT_FETCH', {
      message: "this build of Debian's Alertmanager cannot be moved into a private tree",
      expected: 'its template path to occur exactly once',
      given: `${replacements} times`,
    })
  }
  return copy
}
