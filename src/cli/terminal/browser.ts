import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateFolder } from '../../base/files/private-folder.ts'

/** The program that opens a page for the person at this desktop; `undefined` where there is no desktop. */
export function findOpener(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform === 'darwin') return 'open'
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined
}

/** Opens a link that anybody may see. */
export function openLink(opener: string, url: string): void {
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true })
  // No browser: the link is printed as well.
  child.on('error', () => undefined)
  child.unref()
}

/**
 * Opens a link that lets one in: arguments are seen by all users of a machine, so that the browser is given a file that leads
 * there. Returns what removes the file.
 */
export async function openSecretLink(opener: string, url: string): Promise<() => Promise<void>> {
  const folder = makePrivateFolder('open')
  const file = join(folder.path, 'index.html')
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}">\n`, { mode: 0o600 })
  openLink(opener, file)
  return async () => folder.remove()
}
