import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type ComponentName, definitionOf } from '../../src/runtimes/native/components/all/components.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'

/** A real program of a component; fetched where it is missing, and an error where it is unavailable: no test is skipped. */
export async function programOf(component: ComponentName, program = definitionOf(component).server) {
  const found = (await resolveComponents([component], { fetch: true })).get(component)
  const path = found?.programs[program]
  if (found === undefined || path === undefined) throw new Error(`${component} came without ${program}`)
  return { ...found, path }
}

/** Runs a checker on files made of these texts; resolves to its exit code and all it said. */
export async function runOn(path: string, files: Record<string, string>, args: (folder: string) => readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'fd-rules-'))
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    const { exitCode, all } = await execa(path, args(folder), { reject: false, all: true, cwd: folder })
    return { exitCode, output: all }
  } finally {
    await rm(folder, { recursive: true })
  }
}
