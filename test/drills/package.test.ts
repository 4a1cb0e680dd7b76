import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../e2e/firedrill.ts'

/** The package as people get it: made, installed with npm into an empty folder, called. */
const ALLOWED = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'BlueOak-1.0.0',
]
const NAME = '@firedrill/firedrill'

interface Lock {
  packages: Record<string, { version: string; dev?: true; optional?: true; integrity?: string }>
}
interface Bill {
  components: { 'bom-ref': string; licenses: { license?: { id: string }; expression?: string }[] }[]
}

let folder: string
let tarball: string
let inTarball: string
let locked: Lock['packages']
const readJson = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as T

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-package-test-'))
  const made = await execa(process.execPath, ['scripts/package.js', folder], { cwd: root })
  tarball = made.stdout.trim()
  await execa('tar', ['-xzf', tarball, '-C', folder])
  inTarball = join(folder, 'package')
  const { packages } = await readJson<Lock>(root, 'package-lock.json')
  locked = Object.fromEntries(Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Installs `wanted` in an empty folder, with what npm has kept before what it would have to fetch. */
async function install(into: string, wanted: string, npmrc = ''): Promise<string> {
  const to = join(folder, into)
  await mkdir(to)
  await writeFile(join(to, 'package.json'), '{}')
  await writeFile(join(to, '.npmrc'), npmrc)
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional']
  await execa('npm', ['install', ...flags, wanted], { cwd: to, all: true })
  return to
}

describe('the package', () => {
  it('has the versions that were tested, each with its hash, and no development package', async () => {
    const { packages } = await readJson<Lock>(inTarball, 'npm-shrinkwrap.json')
    const { '': _, ...rest } = packages
    expect(rest).toEqual(locked)
    expect(Object.values(rest).filter(({ integrity }) => !integrity?.startsWith('sha512-'))).toEqual([])
    expect(Object.keys(rest).filter((path) => /yahoo|fetch-mock|deno|vitest/.test(path))).toEqual([])
  })

  it('lists what is in it, and every licence is one of those that allow it', async () => {
    const { components } = await readJson<Bill>(inTarball, 'sbom.json')
    const listed = components.map((one) => one['bom-ref'])
    const installed = Object.entries(locked).map(
      ([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`,
    )
    expect(listed).toEqual(expect.arrayContaining([...installed, expect.stringMatching(/^react-dom@/)]))
    const licences = components.map(({ licenses }) => licenses.map((one) => one.license?.id ?? one.expression).join())
    expect([...new Set(licences)].filter((one) => !ALLOWED.includes(one))).toEqual([])
  })

  it('brings the licence of each package whose code stands in its bundles', async () => {
    const notices = (await readFile(join(inTarball, 'THIRD-PARTY-NOTICES.txt'), 'utf8')).split(/^-{80}\n/m).slice(1)
    const named = notices.map((one) => one.slice(0, one.indexOf('\n')))
    for (const name of ['fastify', 'pg', '@redis/client', 'react', 'react-dom', 'scheduler'])
      expect(named).toContainEqual(expect.stringContaining(`${name}@`))
    const short = notices.filter((one) => !/permission|redistribution|apache license/i.test(one))
    expect(short.map((one) => one.trim()).filter((one) => !/ has no file with its text\. By: \S+/.test(one))).toEqual(
      [],
    )
    expect(short.length).toBeLessThanOrEqual(3)
  })

  it('has no sources, tests, maps or remains of earlier builds', async () => {
    const { stdout } = await execa('tar', ['-tzf', tarball])
    const files = stdout.split('\n').map((path) => path.replace('package/', ''))
    expect(files.filter((path) => /^(src|test|bench|deploy)\/|\.test\.|\.map$/.test(path))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['bin/firedrill.js', 'dist/services/serve-main.js', 'responder.yaml']))
  })

  it('installed from its file works, with the versions that were tested', { timeout: 300_000 }, async () => {
    const to = await install('from-file', tarball)
    const { packages } = await readJson<Lock>(to, 'package-lock.json')
    const own = Object.entries(packages).filter(([path]) => path.lastIndexOf('node_modules/') === 0 && locked[path])
    expect(own.length).toBeGreaterThan(90)
    expect(own.filter(([path, { version }]) => locked[path]?.version !== version)).toEqual([])

    const firedrill = join(to, 'node_modules', '.bin', 'firedrill')
    const run = (args: string[], env = {}) => execa(firedrill, args, { cwd: to, reject: false, env })
    const { version } = await readJson<{ version: string }>(root, 'package.json')
    expect(await run(['--version'])).toMatchObject({ stdout: version, exitCode: 0 })
    expect((await run(['doctor'])).stdout).toMatch(/node {15}20|node {15}2/)
    // What is printed as the next step can be copied: the name is not on the path.
    expect(await run(['status'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('next:     node_modules/.bin/firedrill up'),
    })
    const yahoo = { QUOTES_PROVIDER: 'yahoo', REDIS_URL: 'redis://127.0.0.1:1', PORT: '0' }
    for (const served of [
      run(['serve', 'quotes'], yahoo),
      execa(process.execPath, [join(to, 'node_modules', NAME, 'dist/services/serve-main.js'), 'serve', 'quotes'], {
        env: yahoo,
        reject: false,
      }),
    ])
      expect(await served).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('FD_QUOTES_LIBRARY_MISSING') })
  })

  it('installed from a registry follows its shrinkwrap to the last package', { timeout: 300_000 }, async () => {
    const manifest = await readJson<Record<string, unknown> & { version: string }>(inTarball, 'package.json')
    const bytes = await readFile(tarball)
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    // As a registry does it: the document of the package names its file, and says that there is a shrinkwrap.
    const server = createServer((request, response) => {
      if (request.url?.endsWith('.tgz')) return response.end(bytes)
      const dist = { tarball: `http://127.0.0.1:${(server.address() as AddressInfo).port}/p.tgz`, integrity }
      const versions = { [manifest.version]: { ...manifest, dist, _hasShrinkwrap: true } }
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify({ name: NAME, 'dist-tags': { latest: manifest.version }, versions }))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    try {
      const registry = `@firedrill:registry=http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`
      const to = await install('from-registry', NAME, registry)
      const wrong: string[] = []
      for (const [path, { version, optional }] of Object.entries(locked)) {
        if (optional === true) continue
        const { version: installed } = await readJson<{ version: string }>(
          to,
          'node_modules',
          NAME,
          path,
          'package.json',
        )
        if (installed.replace(/^v/, '') !== version) wrong.push(`${path} ${installed}`)
      }
      expect(wrong).toEqual([])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
