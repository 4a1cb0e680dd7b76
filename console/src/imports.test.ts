import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Where the routes are, and how a path is filled in: they import nothing else, so that no schema and no server gets into the page. */
const ENDPOINTS = 'src/api/contract/endpoints.ts'
const PATHS = 'src/api/contract/path-of.ts'
/** What the stages of a run are called: the order of the lanes. */
const STAGES = 'src/drills/journal/schema/stage-names.ts'

/** The page may know, its tests apart, where the API's answers are and what they look like, and nothing of how they come about. */
it('the console takes only types from src/, the paths of the routes, and the names of the stages', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.tsx?$/.test(name),
  )
  const imports = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^import [^']*from '[^']*\/src\/[^']*'/gm)].map(
      ([text]) => `${name}: ${text}`,
    ),
  )
  expect(imports.length).toBeGreaterThan(3)
  expect(
    imports.filter(
      (text) =>
        !/: import type /.test(text) &&
        !/\/(?:contract\/(?:endpoints|path-of)|journal\/schema\/stage-names)\.ts'$/.test(text),
    ),
  ).toEqual([])
  const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  for (const file of [ENDPOINTS, STAGES]) expect(read(file)).not.toMatch(/^import /m)
  expect(read(PATHS).match(/^import .*/gm)).toEqual(["import { type EndpointName, endpoints } from './endpoints.ts'"])
})
