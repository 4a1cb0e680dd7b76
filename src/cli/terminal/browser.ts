import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-open-'))
  const file = join(folder, 'index.html')
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}">\n`, { mode: 0o600 })
  openLink(opener, file)
  return () => rm(folder, { recursive: true, force: true })
}
