// Runs test/systemd beside a real systemd, booted as process 1 of namespaces of its own: this machine's own process 1 need not be
// systemd, and is left alone. Says clearly when it cannot run, and why.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { canInstall, installPackages, there, works } from './debian-packages.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const SYSTEMD = '/lib/systemd/systemd'
const BOOTED_WITHIN_MS = 60_000
const ENDED_WITHIN_MS = 20_000
const GROUPS = '/sys/fs/cgroup'

const say = (text) => process.stderr.write(`test:systemd: ${text}\n`)

/** Why it cannot run here; `undefined` where it can. */
function obstacle() {
  if (process.platform !== 'linux') return 'systemd runs on Linux only'
  if (process.getuid() !== 0) return 'process 1 of other namespaces needs root'
  if (existsSync(join(GROUPS, 'cgroup.controllers')) || !existsSync(join(GROUPS, 'systemd'))) {
    return 'it is written for machines whose controllers are cgroups of version 1, with the hierarchy of systemd mounted'
  }
  if (!existsSync(SYSTEMD) || !there('systemctl')) {
    if (!canInstall()) return 'systemd must be installed'
    const why = installPackages(['systemd'], say)
    if (why !== undefined) return why
  }
  return there('unshare') && there('nsenter') ? undefined : 'the programs unshare and nsenter must be there'
}

/** Boots systemd; `inside` runs a command in its namespaces. */
async function boot() {
  const folder = mkdtempSync(join(tmpdir(), 'fd-systemd-'))
  const child = spawn('bash', [join(root, 'test', 'systemd', 'boot.sh'), folder], { stdio: ['ignore', 2, 2] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    await removeGroups(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const inside = (command) => {
    const first = firstOf(child.pid)
    return first === undefined ? undefined : ['nsenter', ['-t', first, '-m', '-p', '-u', '-i', '-C', ...command]]
  }
  const until = Date.now() + BOOTED_WITHIN_MS
  while (Date.now() < until && child.exitCode === null) {
    const asked = inside(['systemctl', 'is-active', '--quiet', 'firedrill-test.target'])
    if (asked !== undefined && works(...asked)) return { inside, stop }
    await sleep(100)
  }
  const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : ''
  await stop()
  return { why: `systemd does not boot here:\n${log.split('\n').slice(-10).join('\n')}` }
}

/** The process that is the first one in the namespaces, by its pid here. */
function firstOf(unshare) {
  const path = `/proc/${unshare}/task/${unshare}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ')[0] || undefined : undefined
}

/** Its control groups, which are busy until the last of its processes has ended. */
async function removeGroups(folder) {
  const name = readFileSync(join(folder, 'cgroup'), 'utf8').trim()
  const remove = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) remove(join(path, entry.name))
    rmdirSync(path)
  }
  let left = readdirSync(GROUPS).map((hierarchy) => join(GROUPS, hierarchy, name))
  for (const until = Date.now() + ENDED_WITHIN_MS; left.length > 0 && Date.now() < until; await sleep(100)) {
    left = left.filter((path) => {
      try {
        if (existsSync(path)) remove(path)
        return false
      } catch {
        return true
      }
    })
  }
  for (const path of left) say(`${path} is left`)
}

async function main() {
  const why = obstacle()
  if (why !== undefined) return { why }
  const booted = await boot()
  if (booted.why !== undefined) return booted
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const config = join(root, 'vitest.systemd.config.ts')
  // The working folder does not come along into the namespaces.
  const tests = [vitest, 'run', '--root', root, '--config', config, ...process.argv.slice(2)]
  const command = booted.inside([process.execPath, ...tests])
  const status = command === undefined ? 1 : spawnSync(...command, { stdio: 'inherit', cwd: root }).status
  await booted.stop()
  return { status: status ?? 1 }
}

const { why, status = 0 } = await main()
if (why !== undefined) say(`NOT RUN: ${why}`)
process.exitCode = status
