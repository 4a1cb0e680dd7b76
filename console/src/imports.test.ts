import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Where the routes are: this file imports nothing, so that no schema and no server gets into the page. */
const ENDPOINTS = 'src/api/contract/endpoints.ts'

/** The page may know where the API's answers are and what they look like, and nothing of how they come about. */
it('the console takes only types from src/, and the paths of the routes', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  )
  const imports = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^import [^']*from '[^']*\/src\/[^']*'/gm)].map(
      ([text]) => `${name}: ${text}`,
    ),
  )
  expect(imports.length).toBeGreaterThan(3)
  expect(imports.filter((text) => !/: import type /.test(text) && !text.endsWith(`${ENDPOINTS}'`))).toEqual([])
  expect(readFileSync(join(import.meta.dirname, '../..', ENDPOINTS), 'utf8')).not.toMatch(/^import /m)
})
