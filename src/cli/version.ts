import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../base/files/package-folder.ts'
import { SMALL_HEAP_ARGUMENT } from '../services/small-heap.ts'

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }
  return version
}

/** How Firedrill starts itself as a service: without the checks of bin/firedrill.js, and from where the build puts the services. */
export function serveCommand(): [string, ...string[]] {
  return [process.execPath, SMALL_HEAP_ARGUMENT, join(packageFolder(), 'dist', 'services', 'serve-main.js'), 'serve']
}

/** Where the build puts the console. */
export function consoleFolder(): string {
  return join(packageFolder(), 'dist', 'console')
}
