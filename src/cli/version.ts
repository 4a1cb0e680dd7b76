import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SMALL_HEAP_ARGUMENT } from '../services/small-heap.ts'

/** The package's folder, found upwards from here: sources and build lie at different depths. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

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
