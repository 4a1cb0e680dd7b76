import { spawnSync } from 'node:child_process'
import { print } from './print.ts'

/** Exit code of a benchmark that cannot be measured on this machine. */
export const NOT_MEASURED = 2

/**
 * Whether all that a benchmark needs is installed. If not, prints what is missing and sets the exit code to `NOT_MEASURED`.
 * @param needed By Debian package: a command that succeeds where it is installed
 */
export function hasAll(needed: Readonly<Record<string, readonly [string, ...string[]]>>): boolean {
  const missing = Object.keys(needed).filter((name) => !isInstalled(needed[name] ?? ['false']))
  if (missing.length === 0) return true
  print(`not installed: ${missing.join(', ')}\n  apt-get install --no-install-recommends ${missing.join(' ')}`)
  process.exitCode = NOT_MEASURED
  return false
}

function isInstalled([program, ...args]: readonly [string, ...string[]]): boolean {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' })
  // `wrk --version` exits with 1.
  return error === undefined && (status === 0 || program === 'wrk')
}
