import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { packageFolder } from '../../base/files/package-folder.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { sloErrors } from '../errors.ts'
import type { Objective } from '../objective.ts'
import { readObjectives } from './objective-file.ts'

/** Loads objectives from files: those that ship, and those of a stack. */

/** The objectives that ship. */
export function shippedObjectives(): Promise<Objective[]> {
  return loadObjectives([join(packageFolder(), 'slos')])
}

/**
 * The objectives of the stack: those that ship, or those that FIREDRILL_OBJECTIVES names (a file, a folder, or "none").
 * @throws FD_SLO_NOT_FOUND or FD_SLO_INVALID
 */
export async function stackObjectives(env: NodeJS.ProcessEnv): Promise<Objective[]> {
  const named = env.FIREDRILL_OBJECTIVES?.trim() ?? ''
  if (named === 'none') return []
  return named === '' ? shippedObjectives() : loadObjectives([named])
}

/**
 * The objectives of files, and of all YAML files in folders; at least one.
 * @throws FD_SLO_NOT_FOUND or FD_SLO_INVALID
 */
export async function loadObjectives(paths: readonly string[]): Promise<Objective[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  const { written: maxBytes } = fileLimits
  const objectives = readObjectives(
    await Promise.all(files.map(async (file) => ({ file, text: await readUserFile(file, { maxBytes }) }))),
  )
  // Services and data sources alone are no mistake in a file, but nothing to judge by.
  if (objectives.length === 0) throw notFound(files.join(', '), 'no document with an objective (kind: SLO)')
  return objectives
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort()
    if (names.length > 0) return names.map((name) => join(path, name))
  } catch (error) {
    throw notFound(path, messageOf(error))
  }
  throw notFound(path, 'a folder without YAML files')
}

function notFound(path: string, given: string) {
  return sloErrors.error('FD_SLO_NOT_FOUND', {
    message: 'there are no objectives to read',
    where: path,
    expected: "a YAML file in Sloth's form or OpenSLO's, or a folder of them, for example slos/",
    given,
  })
}
