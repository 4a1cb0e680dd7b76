import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** The page may know what the API's answers look like, and nothing of how they come about. */
it('the console takes only types from src/', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  )
  const imports = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^import [^']*from '[^']*\/src\/[^']*'/gm)].map(
      ([text]) => `${name}: ${text}`,
    ),
  )
  expect(imports.length).toBeGreaterThan(3)
  expect(imports.filter((text) => !/: import type /.test(text))).toEqual([])
})
