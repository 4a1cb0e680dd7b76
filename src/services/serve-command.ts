import { join } from 'node:path'
import { packageFolder } from '../base/files/package-folder.ts'
import { SMALL_HEAP_ARGUMENT } from './small-heap.ts'

/** How Firedrill starts itself as a service: without the checks of bin/firedrill.js, and from where the build puts the services. */
export function serveCommand(): [string, ...string[]] {
  return [process.execPath, SMALL_HEAP_ARGUMENT, join(packageFolder(), 'dist', 'services', 'serve-main.js'), 'serve']
}
