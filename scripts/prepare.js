// Installs and builds what is missing in a checkout. Needs nothing but Node and npm, so that it can run first.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const OLDEST_NODE = [20, 19]
const program = (...path) => join(root, 'node_modules', ...path)

/** What is built from what. Each is built again when one of its files changes. */
const BUILDS = [
  {
    what: 'tsc',
    folders: ['src', 'bench', 'journeys'],
    files: ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    command: [program('typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json')],
    marker: '.built-from',
  },
  {
    what: 'libraries, vite',
    folders: [],
    files: ['scripts/libraries.vite.config.js', 'scripts/bundled-packages.ts', 'package-lock.json'],
    command: [
      program('vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join(root, 'scripts', 'libraries.vite.config.js'),
      '--logLevel',
      'warn',
    ],
    marker: '.libraries-built-from',
  },
  {
    what: 'the services, vite',
    folders: ['src'],
    files: ['scripts/services.vite.config.js', 'scripts/bundled-packages.ts', 'package-lock.json'],
    command: [
      program('vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join(root, 'scripts', 'services.vite.config.js'),
      '--logLevel',
      'warn',
    ],
    marker: '.services-built-from',
  },
  {
    what: 'the programs for pods, vite',
    folders: ['src'],
    files: ['scripts/pods.vite.config.js', 'scripts/bundled-packages.ts', 'package-lock.json'],
    command: [
      program('vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join(root, 'scripts', 'pods.vite.config.js'),
      '--logLevel',
      'warn',
    ],
    marker: '.pods-built-from',
  },
  {
    what: 'the console, vite',
    folders: ['console'],
    files: ['scripts/bundled-packages.ts', 'package-lock.json'],
    command: [program('vite', 'bin', 'vite.js'), 'build', join(root, 'console'), '--logLevel', 'warn'],
    marker: '.console-built-from',
  },
  {
    what: 'the page of APIs, vite',
    folders: ['console/docs'],
    files: ['console/src/feed/session-key.ts', 'scripts/bundled-packages.ts', 'package-lock.json'],
    command: [program('vite', 'bin', 'vite.js'), 'build', join(root, 'console', 'docs'), '--logLevel', 'warn'],
    marker: '.docs-built-from',
  },
]

export function prepare() {
  requireNode()
  // An installed package comes built; only a checkout has sources.
  if (!existsSync(join(root, 'src'))) return
  if (!dependenciesAreCurrent()) {
    say('installing dependencies (npm ci)')
    // npm's own program when started by npm, else the one on PATH.
    const npm = process.env.npm_execpath
    const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
    const command = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
    run(program, command, { what: 'npm ci', next: 'check the network, then run: npm ci' })
  }
  for (const build of BUILDS) {
    const state = stateOf(build)
    const marker = join(root, 'dist', build.marker)
    if (existsSync(marker) && readFileSync(marker, 'utf8') === state) continue
    say(`building (${build.what})`)
    run(process.execPath, build.command, { what: 'the build', next: 'npm run build' })
    mkdirSync(join(root, 'dist'), { recursive: true })
    writeFileSync(marker, state)
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  fail(`Node ${OLDEST_NODE.join('.')} or newer is needed`, process.versions.node, 'install a current Node LTS')
}

function dependenciesAreCurrent() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

/** Changes whenever a file that goes into the build does. */
function stateOf({ folders, files }) {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const { size, mtimeMs } = statSync(path)
      hash.update(`${path} ${size} ${mtimeMs}\n`)
    }
  }
  for (const name of files) hash.update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

function run(program, args, { what, next }) {
  const { status, error, signal } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (signal !== null) process.exit(130)
  if (status !== 0) fail(`${what} failed`, error?.message ?? `exit code ${status}`, next)
}

function say(text) {
  process.stderr.write(`firedrill: ${text} …\n`)
}

function fail(message, given, next) {
  process.stderr.write(`FD_SETUP_FAILED ${message}\n  given:    ${given}\n  next:     ${next}\n`)
  process.exit(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare()
