// Runs test/compose on a real Docker engine: one that answers, or one that can be installed and started here (as root on
// Debian, which is what CI is). Says clearly when it could not, and why.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canInstall, installPackages, there, works } from './debian-packages.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const PACKAGES = ['docker.io', 'docker-compose', 'debootstrap']
const STARTED_WITHIN_MS = 60_000

const say = (text) => process.stderr.write(`test:compose: ${text}\n`)

/** Why there can be no engine; `undefined` when one answers now. */
async function engine() {
  if (works('docker', ['info']) && composeIsThere() && there('debootstrap')) return {}
  if (!canInstall()) {
    return { why: 'no Docker engine answers with Compose beside it, and one can be started only as root on Debian' }
  }
  const why = installPackages(PACKAGES, say)
  if (why !== undefined) return { why }
  return works('docker', ['info']) ? {} : startEngine()
}

function composeIsThere() {
  return works('docker', ['compose', 'version']) || works('docker-compose', ['version'])
}

/** An engine of our own, with everything it keeps in a folder that goes with it. */
async function startEngine() {
  const folder = mkdtempSync(join(tmpdir(), 'fd-docker-'))
  const host = `unix://${join(folder, 'docker.sock')}`
  const log = openSync(join(folder, 'dockerd.log'), 'a')
  const args = ['--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')]
  const child = spawn('dockerd', [...args, '--pidfile', join(folder, 'docker.pid')], { stdio: ['ignore', log, log] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    unmountBelow(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const env = { ...process.env, DOCKER_HOST: host }
  const until = Date.now() + STARTED_WITHIN_MS
  while (Date.now() < until && child.exitCode === null) {
    if (works('docker', ['info'], env)) return { host, stop }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  const why = `dockerd does not start here:\n${spawnSync('tail', ['-n', '5', join(folder, 'dockerd.log')], { encoding: 'utf8' }).stdout}`
  if (child.exitCode === null) await stop()
  return { why }
}

/** An engine leaves the network namespace of the host mounted in its folder, once a container has used it. */
function unmountBelow(folder) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const below = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`))
  for (const path of below.reverse()) spawnSync('umount', [path], { stdio: 'inherit' })
}

const { why, host, stop } = await engine()
if (why !== undefined) {
  say(`NOT RUN: ${why}`)
} else {
  const env = { ...process.env, ...(host === undefined ? {} : { DOCKER_HOST: host }) }
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--config', join(root, 'vitest.compose.config.ts'), ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env, cwd: root })
  await stop?.()
  process.exitCode = status ?? 1
}
