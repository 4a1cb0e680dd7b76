import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeKubernetesStack } from '../../src/api/control/kubernetes-stack.ts'
import { InvalidFileError } from '../../src/base/files/file-problem.ts'
import { kubernetesSystem, systemFileOf } from '../../src/api/stack/kubernetes-system.ts'
import { parseDrill } from '../../src/drills/file/drill-file.ts'
import { namesOf } from '../../src/foreign/file/foreign-names.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { renderKubernetes } from '../../src/runtimes/kubernetes/manifests/render.ts'
import { renderOperator } from '../../src/runtimes/kubernetes/operator/render.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'

const drills = fileURLToPath(new URL('../../drills/kubernetes', import.meta.url))
const settings = { ...defaultSettings, objectives: await shippedObjectives() }
const { lab, production } = profiles
const namespace = 'firedrill'
const base = renderKubernetes(await describeKubernetesStack(lab, settings), {
  namespace,
  policyApi: 'policy/v1',
  settings,
})
const operator = renderOperator(await describeKubernetesStack(production, settings), {
  profile: production,
  settings,
  namespace,
  labels: {},
})

describe('deploy/kubernetes', () => {
  it.each([...base])('%s is what the topology says (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`../../deploy/kubernetes/${file}`)
  })

  it('has no file that is not rendered', async () => {
    const folder = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url))
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    const known = (path: string) => base.has(relative(folder, path).split(sep).join('/'))
    expect(files.length).toBe(base.size)
    expect(files.filter((path) => !known(path))).toEqual([])
  })
})

describe('the description of the stack in a cluster', () => {
  const folder = new StateFolder('/state')
  const text = kubernetesSystem(folder, {
    context: 'lab',
    namespace,
    image: 'registry.example.com/firedrill:1.0',
    services: ['store', 'quotes'],
  })

  it('is as committed (npm run golden refreshes)', async () => {
    await expect(text).toMatchFileSnapshot('./kubernetes/firedrill.yaml')
  })

  it('is one that drills take, with the token in a file of its own', () => {
    const system = parseSystem(text, systemFileOf(folder))
    const behind = 'http://lab.kubernetes/api/v1/namespaces/firedrill/services/http:gateway:main/proxy'
    const headersFrom = { 'x-firedrill-token': { file: '/state/secrets/control' } }
    expect(system.prometheus).toMatchObject({ url: `${behind}/prometheus`, headersFrom, through: { context: 'lab' } })
    expect(system.alertmanager).toMatchObject({ url: `${behind}/alertmanager`, headersFrom })
    expect(system.services.map(({ name, labels }) => [name, labels])).toEqual([
      ['store', { service: 'store' }],
      ['quotes', { service: 'quotes' }],
    ])
  })
})

describe('the drills for the stack in a cluster', async () => {
  const files = (await readdir(drills)).sort()
  const text = kubernetesSystem(new StateFolder('/state'), {
    context: 'lab',
    namespace,
    image: 'firedrill:1',
    services: ['store', 'quotes', 'worker'],
  })
  const names = namesOf(parseSystem(text, 'firedrill.yaml'))

  it('crash, lose and scale the store', async () => {
    expect(files).toEqual(['store-crash.yaml', 'store-lose.yaml', 'store-scaled-to-zero.yaml'])
  })

  it.each(files)('%s is one that this stack can take', async (file) => {
    const drill = parseDrill(await readFile(join(drills, file), 'utf8'), file, names)
    expect(drill.method).toMatchObject([{ target: { service: 'store' } }])
  })

  it.each([
    ['store-crash', 'kill'],
    ['store-paused', 'pause'],
    ['error-burst', 'error'],
    ['slow-database', 'network-latency'],
  ])('are others than %s, which is refused with a sentence: pods take no %s', async (name, fault) => {
    const shipped = await readFile(join(drills, '..', `${name}.yaml`), 'utf8')
    const problems = problemsOf(() => parseDrill(shipped, `${name}.yaml`, names))
    expect(problems.filter((text) => text.includes(fault))).not.toEqual([])
  })
})

describe('what prometheus-operator gets', () => {
  it.each([...operator])('%s is as committed (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`./operator/${file}`)
  })
})

function problemsOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof InvalidFileError) return error.listed()
    throw error
  }
  return []
}
