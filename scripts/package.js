// Makes the package that people install: built afresh, with the versions it was tested with (npm-shrinkwrap.json), what is in it
// (sbom.json) and the licences of what the bundles hold. A checkout is private, so that `npm publish` in it does nothing.
//   npm run package [-- FOLDER]     writes the .tgz there, by default into dist/; publish it with: npm publish FILE
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const workshop = mkdtempSync(join(tmpdir(), 'fd-package-'))
// npm names the subject of an SBOM after its folder.
const stage = join(workshop, 'firedrill')

try {
  const out = resolve(process.argv[2] ?? join(root, 'dist'))
  const source = readJson(join(root, 'package.json'))
  const { private: _, scripts: _s, devDependencies: _d, overrides: _o, ...kept } = source
  const { packages: locked, ...lock } = readJson(join(root, 'package-lock.json'))
  const needed = Object.entries(locked).filter(([path, { dev }]) => path !== '' && dev !== true)
  const shipped = { ...kept, dependencies: exactVersions(needed) }
  mkdirSync(stage)
  for (const name of ['LICENSE', 'README.md', ...shipped.files.filter((one) => !/^!|^dist\/|\.json$|\.txt$/.test(one))])
    cpSync(join(root, name), join(stage, name), {
      recursive: true,
      // What an example leaves behind when it is tried is not shipped.
      filter: (path) => path !== join(root, 'bin/firedrill') && !/[/\\](node_modules|\.firedrill|run)$/.test(path),
    })
  writeJson('package.json', shipped)
  writeJson('npm-shrinkwrap.json', { ...lock, packages: { '': shipped, ...Object.fromEntries(needed) } })
  build()
  const bundled = ['libraries', 'services', 'pods', 'console', 'docs'].flatMap((name) =>
    readJson(join(stage, 'dist', `.bundled-${name}.json`)),
  )
  const packages = [...new Map(bundled.map(describe).map((one) => [one.id, one])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  writeJson('sbom.json', billOfMaterials(packages))
  writeFileSync(join(stage, 'THIRD-PARTY-NOTICES.txt'), notices(packages))
  mkdirSync(out, { recursive: true })
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], stage),
  )
  process.stdout.write(`${join(out, filename)}\n`)
} finally {
  rmSync(workshop, { recursive: true, force: true })
}

/** Into the stage alone: `dist/` of a checkout may hold files of earlier builds. */
function build() {
  const program = (...path) => join(root, 'node_modules', ...path)
  const dist = join(stage, 'dist')
  const tsc = [program('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', dist, '--sourceMap', 'false']
  const vite = (config, to, ...more) => [
    program('vite/bin/vite.js'),
    'build',
    ...more,
    '--config',
    config,
    '--outDir',
    to,
  ]
  run(process.execPath, tsc, root)
  run(process.execPath, vite('scripts/libraries.vite.config.js', join(dist, 'libraries'), '--emptyOutDir'), root)
  run(process.execPath, vite('scripts/services.vite.config.js', join(dist, 'services')), root)
  run(process.execPath, vite('scripts/pods.vite.config.js', join(dist, 'pods'), '--emptyOutDir'), root)
  run(process.execPath, vite('console/vite.config.ts', join(dist, 'console'), 'console', '--emptyOutDir'), root)
  const docs = vite('console/docs/vite.config.ts', join(dist, 'docs'), 'console/docs', '--emptyOutDir')
  run(process.execPath, docs, root)
}

/**
 * Each package that is installed, at its version: npm obeys a package's shrinkwrap only where the registry says that there is
 * one, which does not go for a .tgz. What is optional is exact already.
 */
function exactVersions(needed) {
  const own = needed.filter(([path, { optional }]) => path.lastIndexOf('node_modules/') === 0 && optional !== true)
  return Object.fromEntries(own.map(([path, { version }]) => [path.slice('node_modules/'.length), version]))
}

/** What is installed with the package, as npm lists it, and what its bundles contain. */
function billOfMaterials(packages) {
  const bill = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], stage))
  const known = new Set(bill.components.map((one) => one['bom-ref']))
  const more = packages.filter(({ id }) => !known.has(id))
  for (const { id, name, version, license } of more) {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    const properties = [{ name: 'firedrill:bundled', value: 'true' }]
    bill.components.push({
      'bom-ref': id,
      type: 'library',
      name,
      version,
      purl,
      properties,
      licenses: [{ expression: license }],
    })
  }
  return bill
}

function describe(folder) {
  const { name, version, license, author, repository } = readJson(join(folder, 'package.json'))
  const named = (pattern) => readdirSync(folder).filter((file) => pattern.test(file))
  const read = (file) => readFileSync(join(folder, file), 'utf8').trim()
  const texts = named(/^(licen[cs]e|copying|notice)([.-]|$)/i).map(read)
  // Some have it at the end of what they say about themselves, some nowhere.
  const said = named(/^readme/i).map((file) => /^#+ *licen[cs]e[\s\S]*/im.exec(read(file))?.[0] ?? '')
  const by = author?.name ?? author ?? repository?.url ?? repository
  const stated = `The package states ${license} and has no file with its text. By: ${by}.`
  return { id: `${name}@${version}`, name, version, license, texts: texts.length > 0 ? texts : [stated, ...said] }
}

function notices(packages) {
  const intro =
    'Code of these packages stands in the bundles dist/libraries, dist/services, dist/pods, dist/console and dist/docs.\n'
  const rule = '-'.repeat(80)
  return [
    intro,
    ...packages.map(({ id, license, texts }) => `${rule}\n${id}  ${license}\n\n${texts.join('\n\n')}\n`),
  ].join('\n')
}

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function writeJson(name, value) {
  writeFileSync(join(stage, name), `${JSON.stringify(value, null, 2)}\n`)
}
