// Runs test/kubernetes on a real cluster of this machine. Kubernetes is built from Debian's source package where the cache has none
// (about 8 minutes, once); the cluster is brought up and taken down. Says clearly when it cannot run, and why.
// FIREDRILL_TEST_CLUSTER=FOLDER takes a cluster that is up: test/kubernetes/README.md.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canInstall, installPackages, there } from './debian-packages.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const NODES = 2
const BUILT_WITHIN = '25m'
/** What a script ends with where a cluster cannot run. */
const UNAVAILABLE = 77
/** What `timeout` ends with. */
const TIMED_OUT = 124
/** Programs with their packages; `build` has those that only a build needs. */
const PROGRAMS = {
  openssl: ['openssl'],
  curl: ['curl'],
  ip: ['iproute2'],
  iptables: ['iptables'],
  pgrep: ['procps'],
  hostname: ['hostname'],
}
const BUILD_PROGRAMS = { go: ['golang-go'], gcc: ['gcc', 'libc6-dev'] }

const say = (text) => process.stderr.write(`test:kubernetes: ${text}\n`)

/** Runs a script of test/kubernetes/cluster; its errors are kept, since the last line is the reason. */
function script(name, args, { within } = {}) {
  const command = ['bash', join(root, 'test', 'kubernetes', 'cluster', name), ...args]
  const [program, ...rest] = within === undefined ? command : ['timeout', within, ...command]
  const { status, stderr } = spawnSync(program, rest, { stdio: ['ignore', 2, 'pipe'], encoding: 'utf8' })
  process.stderr.write(stderr)
  return { status, why: stderr.trim().split('\n').at(-1) ?? '' }
}

/** Why nothing of that can be here; `undefined` where a cluster can run. */
function obstacle() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the cluster runs on Linux on x64 only'
  if (process.getuid() !== 0) return 'the nodes of the cluster need root'
  if (!existsSync('/sys/fs/cgroup/memory') || !existsSync('/sys/fs/cgroup/cpu')) {
    return 'kubelet 1.20 needs the controllers of cgroup v1 (memory, cpu …) mounted under /sys/fs/cgroup'
  }
  return undefined
}

function installFor(programs) {
  const missing = Object.entries(programs).filter(([program]) => !there(program))
  if (missing.length === 0) return undefined
  const packages = missing.flatMap(([, names]) => names)
  if (!canInstall()) return `${packages.join(', ')} must be installed`
  return installPackages(packages, say)
}

/** Builds what the cache lacks. */
function build() {
  if (spawnSync('bash', ['-c', '. "$0"; test -e "$CACHE/complete"', settings]).status === 0) return undefined
  say(`building Kubernetes into the cache, about 8 minutes on two cores; given up after ${BUILT_WITHIN}`)
  const why = installFor(BUILD_PROGRAMS)
  if (why !== undefined) return { why }
  return outcome(script('build.sh', [], { within: BUILT_WITHIN }))
}

/** `undefined` when a script has ended well; `why` where it cannot run here, `failed` where it should have. */
function outcome({ status, why }) {
  if (status === 0) return undefined
  if (status === UNAVAILABLE) return { why }
  if (status === TIMED_OUT) return { why: `Kubernetes was not built within ${BUILT_WITHIN}` }
  return { failed: why }
}

const settings = join(root, 'test', 'kubernetes', 'cluster', 'settings.sh')

function runTests(cluster) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--config', join(root, 'vitest.kubernetes.config.ts'), ...process.argv.slice(2)]
  const env = { ...process.env, FIREDRILL_TEST_CLUSTER: cluster }
  return spawnSync(process.execPath, args, { stdio: 'inherit', env, cwd: root }).status ?? 1
}

/** A cluster of our own, which also goes when this process ends in any other way. */
function withCluster() {
  const why = obstacle() ?? installFor(PROGRAMS)
  if (why !== undefined) return { why }
  const folder = mkdtempSync(join(tmpdir(), 'fd-cluster-'))
  const owner = ['--nodes', String(NODES), '--owner', String(process.pid)]
  const stopped = build() ?? outcome(script('images.sh', [])) ?? outcome(script('up.sh', [folder, ...owner]))
  if (stopped !== undefined) {
    rmSync(folder, { recursive: true, force: true })
    return stopped
  }
  const status = runTests(folder)
  script('down.sh', [folder])
  return { status }
}

const given = process.env.FIREDRILL_TEST_CLUSTER
const { status = 0, why, failed } = given === undefined ? withCluster() : { status: runTests(given) }
if (why !== undefined) say(`NOT RUN: ${why}`)
if (failed !== undefined) say(`the cluster does not start here: ${failed}`)
process.exitCode = failed === undefined ? status : 1
