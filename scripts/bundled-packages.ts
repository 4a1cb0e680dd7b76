import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Vite plugin: writes beside a bundle which packages it has code of, as `.bundled-<folder>.json`, for the package's notices. */
export const bundledPackages = () => ({
  name: 'bundled-packages',
  writeBundle({ dir }: { dir?: string }, bundle: Record<string, { type: string; moduleIds?: string[] }>) {
    if (dir === undefined) return
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)
    const folders = new Set(modules.flatMap((id) => packageOf(id) ?? []))
    const file = join(dirname(dir), `.bundled-${basename(dir)}.json`)
    writeFileSync(file, `${JSON.stringify([...folders].sort(), null, 2)}\n`)
  },
})

/** The folder of the package that a module belongs to, below the innermost `node_modules`. */
function packageOf(id: string): string | undefined {
  const found = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/?]+)\//.exec(id)?.[1]
  return found !== undefined && JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')).name ? found : undefined
}
