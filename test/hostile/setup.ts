import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { FiredrillFolder } from '../e2e/firedrill.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the stack that is attacked. */
    state: string
    /** File that each attack adds a line of its count to. */
    counts: string
  }
}

/** One stack for all attacks. What they left of it is asked at the end: it must still come down in order. */
export default async function setup(project: TestProject) {
  const counts = join(mkdtempSync(join(tmpdir(), 'fd-hostile-')), 'counts.jsonl')
  appendFileSync(counts, '')
  const folder = await FiredrillFolder.create()
  project.provide('state', folder.path)
  project.provide('counts', counts)
  await folder.up()
  return async () => {
    const down = await folder.run(['down'])
    await folder.remove()
    process.stdout.write(`\n${table(readFileSync(counts, 'utf8'))}\n`)
    rmSync(join(counts, '..'), { recursive: true, force: true })
    if (down.exitCode !== 0) throw new Error(`the attacked stack did not come down in order: ${down.all}`)
  }
}

function table(lines: string): string {
  const rows = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { what: string; count: number; result: string })
  return [
    '| what | count | result |',
    '|---|---|---|',
    ...rows.map(({ what, count, result }) => `| ${what} | ${count} | ${result} |`),
  ].join('\n')
}
