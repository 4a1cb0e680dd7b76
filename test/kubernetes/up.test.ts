import { randomBytes } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterView } from '../../src/api/stack/up-in-kubernetes.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { profiles } from '../../src/stack/profile.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'
import { CONTEXT, testCluster } from './test-cluster.ts'
import { overlayForTestCluster } from './test-overlay.ts'

/** Generous: images are unpacked and PostgreSQL is filled on two cores that also run the cluster. */
const BOUND = { timeout: 900_000 }

/** The drills that ship for a stack in a cluster. */
const DRILLS = ['store-crash', 'store-lose', 'store-scaled-to-zero']

const cluster = testCluster()
const namespaceOf = (prefix: string) => `${prefix}-${randomBytes(3).toString('hex')}`

/** A state folder whose stack is in the test cluster, driven by the command line alone. */
async function folderFor(): Promise<FiredrillFolder> {
  const folder = await FiredrillFolder.create()
  folder.env = cluster.env
  return folder
}

describe('firedrill up --runtime kubernetes', () => {
  const namespace = namespaceOf('up')
  let folder: FiredrillFolder
  let overlay: string
  let up: readonly string[]
  beforeAll(async () => {
    const [image, components] = [await cluster.addFiredrill(), await cluster.addComponents()]
    folder = await folderFor()
    overlay = await overlayForTestCluster(profiles.lab, { namespace, components })
    up = [
      'up',
      '--runtime',
      'kubernetes',
      '--context',
      CONTEXT,
      '--namespace',
      namespace,
      '--image',
      image,
      '--overlay',
      overlay,
    ]
    const { exitCode, all } = await folder.run(up)
    expect(exitCode, String(all)).toBe(0)
    expect(all).toContain(`firedrill run `)
  }, 900_000)
  afterAll(async () => {
    await folder?.run(['down', '--purge'])
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found'])
    await rm(overlay, { recursive: true, force: true })
  })

  const view = () => folder.json<ClusterView>(['status'])

  /** A copy of the description, for a machine that is busy with the cluster itself. */
  async function ownSystem(): Promise<string> {
    const { system } = await view()
    const copy = join(dirname(system), 'busy.yaml')
    await writeFile(
      copy,
      (await readFile(system, 'utf8')).replace('  ignore:\n', `  ignore:\n    - '{service="host"}'\n`),
    )
    return copy
  }

  it('has every part ready, and says so again in status', async () => {
    const { state, parts } = await view()
    expect(state).toBe('up')
    expect(parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['gateway', 'postgres', 'prometheus', 'store']),
    )
    expect(parts.find(({ name }) => name === 'store')).toMatchObject({ wanted: 2, ready: 2, kind: 'deployment' })
  })

  it('can be done again, and changes nothing that is the same', BOUND, async () => {
    const pods = () =>
      cluster.kubectl(['-n', namespace, 'get', 'pods', '-l', 'app.kubernetes.io/name=store', '-o', 'name'])
    const before = await pods()
    const { exitCode, all } = await folder.run(up)
    expect(exitCode, String(all)).toBe(0)
    const after = await pods()
    expect(after).toBe(before)
  })

  it('is refused to the state folder of somebody else', async () => {
    const other = await folderFor()
    const { exitCode, all } = await other.run(up)
    expect(exitCode).toBe(2)
    expect(all).toContain('FD_CLUSTER_NAMESPACE')
    await other.remove()
  })

  it('keeps its token to this user, and has a description that drills take', BOUND, async () => {
    expect((await stat(join(folder.path, 'secrets', 'control'))).mode & 0o777).toBe(0o600)
    const { stdout, stderr } = await folder.run(['system', 'check', await ownSystem(), '--json'])
    const { findings } = JSON.parse(stdout) as { findings: { name: string; status: string; detail: string }[] }
    expect(
      findings.filter(({ status }) => status === 'bad'),
      stderr,
    ).toEqual([])
  })

  it('has drills of its own, each of which this stack can take', BOUND, async () => {
    const { drills } = await view()
    expect(drills.map((path) => basename(path, '.yaml'))).toEqual(DRILLS)
    const { exitCode, all } = await folder.run(['run', ...drills, '--system', await ownSystem(), '--dry-run'])
    expect(exitCode, String(all)).toBe(0)
  })

  it.each(DRILLS)('holds in the drill %s', BOUND, async (name) => {
    const { drills } = await view()
    const [drill = ''] = drills.filter((path) => basename(path, '.yaml') === name)
    const { stdout, stderr } = await folder.run(['run', drill, '--system', await ownSystem(), '--busy', '--json'])
    expect(stdout, stderr).toContain('"verdict"')
    const { verdict, reasons, faults } = JSON.parse(stdout) as Journal
    process.stdout.write(`${name}: ${verdict}; ${reasons.join('; ')}\n`)
    expect(faults.map(({ landing }) => landing.landed)).toEqual([true])
    // The cluster is on the machine that measures: where that is too slow to judge, the run says so and proves nothing.
    const isLate = verdict === 'inconclusive' && reasons[0]?.startsWith('the machine was too busy to judge: ')
    if (!isLate) expect(verdict, reasons.join('\n')).toBe('held')
  })

  it('goes down but its secrets, and with --purge with its namespace', BOUND, async () => {
    const { exitCode, all } = await folder.run(['down'])
    expect(exitCode, String(all)).toBe(0)
    const left = (kind: string) =>
      cluster.kubectl(['-n', namespace, 'get', kind, '-l', 'app.kubernetes.io/part-of=firedrill', '-o', 'name'])
    expect(await left('pods,deployments,services,roles')).toBe('')
    expect(await left('secrets')).toContain('secret/all-secrets')
    expect((await folder.run(['status'])).exitCode).toBe(6)
    const purged = await folder.run(['down', '--purge'])
    expect(purged.exitCode, String(purged.all)).toBe(0)
    const found = await cluster.kubectl(['get', 'namespace', namespace, '--ignore-not-found', '-o', 'name'])
    expect(found).toBe('')
  })
})

describe('firedrill up --runtime kubernetes, where it cannot', () => {
  let folder: FiredrillFolder
  beforeAll(async () => {
    folder = await folderFor()
  })
  afterAll(() => folder?.remove())

  it('says that there is no such context', async () => {
    const { exitCode, all } = await folder.run([
      'up',
      '--runtime',
      'kubernetes',
      '--context',
      'nowhere',
      '--image',
      'x',
    ])
    expect(exitCode).toBe(6)
    expect(all).toContain('context "nowhere" does not exist')
    expect(all).toMatch(/--context NAME, .+; there are .+/)
  })

  it('refuses a namespace that it has not made', async () => {
    const args = ['up', '--runtime', 'kubernetes', '--context', CONTEXT, '--image', 'x', '--namespace', 'default']
    const { exitCode, all } = await folder.run(args)
    expect(exitCode).toBe(2)
    expect(all).toContain('firedrill has not made it')
  })

  it('says which part waits, and for what', BOUND, async () => {
    const namespace = namespaceOf('up-none')
    const image = 'firedrill.test/none:1'
    const args = ['up', '--runtime', 'kubernetes', '--context', CONTEXT, '--image', image, '--namespace', namespace]
    try {
      const running = folder.run(args)
      const missing = new Set([`its image ${image} cannot be fetched`, 'has no StorageClass'])
      let printed = ''
      running.all.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        for (const text of missing) if (printed.includes(text)) missing.delete(text)
        if (missing.size === 0) running.kill('SIGINT')
      })
      await running
      expect([...missing], printed).toEqual([])
    } finally {
      const { exitCode, all } = await folder.run(['down', '--purge'])
      expect(exitCode, String(all)).toBe(0)
    }
  })
})
