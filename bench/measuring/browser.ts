import { execa } from 'execa'
import { type Browser, chromium } from 'playwright-core'
import { packageFolder } from '../../src/base/files/package-folder.ts'

/** Nothing but the page under test may be asked of any network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Chromium, headless, with a fresh profile; obtains it first where there is none. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { stdout } = await execa(process.execPath, ['scripts/browser.js'], {
    cwd: packageFolder(),
    stderr: ['pipe', 'inherit'],
  })
  const { executable, env } = JSON.parse(stdout) as { executable: string; env: Record<string, string> }
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [...FLAGS, ...flags],
    env: { ...process.env, ...env },
  })
}
