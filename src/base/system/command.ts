import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program ready to be started: never through a shell. */
export interface Command {
  program: string
  args: string[]
  /** The child's variables besides the few of `childEnvironment`. */
  env: Record<string, string>
  cwd?: string
  /** Another user to run as, when control runs as root and the program refuses root. */
  uid?: number
  gid?: number
}

/** The variables that every child gets. All others, tokens of the caller included, are not passed on. */
export function childEnvironment(
  env: Record<string, string>,
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'LOG_LEVEL', 'NODE_ENV']) {
    const value = from[name]
    if (value !== undefined) passed[name] = value
  }
  return { ...passed, ...env }
}

/**
 * The command, prefixed so that the kernel sends it the signal when control dies, even by kill -9. Linux only; elsewhere leftovers
 * are ended at the next start, and so is a program whose prefix has not run yet at that moment. The prefix execs, so the pid is the
 * program's own.
 */
export function diesWithParent(
  command: Command,
  { find = findSetpriv, signal = 'KILL' }: { find?: () => string | undefined; signal?: 'KILL' | 'TERM' } = {},
): Command {
  const setpriv = find()
  if (setpriv === undefined) return command
  return { ...command, program: setpriv, args: ['--pdeathsig', signal, '--', command.program, ...command.args] }
}

let found: { path: string | undefined } | undefined

/** The path of a setpriv that knows `--pdeathsig` (util-linux does, busybox does not); asked once. */
export function findSetpriv(): string | undefined {
  if (process.platform !== 'linux') return undefined
  if (found === undefined) {
    const path = onPath('setpriv')
    const works = path !== undefined && spawnSync(path, ['--pdeathsig', 'KILL', '--', 'true']).status === 0
    found = { path: works ? path : undefined }
  }
  return found.path
}

function onPath(program: string): string | undefined {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin']) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
