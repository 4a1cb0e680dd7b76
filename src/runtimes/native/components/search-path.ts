import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** Whether there is a file that this process may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** All programs of these names on PATH: earlier folders first, in each folder earlier names first. */
export async function onSearchPath(commands: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const found: string[] = []
  // An empty entry would be the working directory, which is never intended.
  for (const folder of new Set((env.PATH ?? '').split(delimiter).filter((entry) => entry.startsWith('/')))) {
    for (const command of commands) {
      const path = join(folder, command)
      if (await isExecutable(path)) found.push(path)
    }
  }
  return found
}

/** A program that belongs to another one: beside its real file, beside the name it was found under, or on PATH. */
export async function findCompanion(
  program: string,
  server: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  for (const folder of [dirname(await realpath(server)), dirname(server)]) {
    const path = join(folder, program)
    if (await isExecutable(path)) return path
  }
  return (await onSearchPath([program], env))[0]
}
