// Packages of Debian that a test needs on this machine: found, or installed as root.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether a program ends well. */
export const works = (program, args, env = process.env) =>
  spawnSync(program, args, { stdio: 'ignore', env }).status === 0

/** Whether there is a program on the path. */
export const there = (program) => works('sh', ['-c', 'command -v "$0"', program])

/** Whether packages can be installed here. */
export const canInstall = () =>
  process.platform === 'linux' && process.getuid() === 0 && existsSync('/etc/debian_version')

/** Why the packages are not there, after those that are missing were installed; `undefined` when all are there. */
export function installPackages(names, say) {
  const missing = names.filter((name) => !works('dpkg', ['-s', name]))
  if (missing.length === 0) return undefined
  say(`installing ${missing.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['-qq', 'update'], { stdio: ['ignore', 2, 2], env })
  const { status } = spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  })
  return status === 0 ? undefined : `${missing.join(', ')} could not be installed`
}
