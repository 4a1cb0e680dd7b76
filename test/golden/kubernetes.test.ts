import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeKubernetesStack } from '../../src/api/control/kubernetes-stack.ts'
import { renderKubernetes } from '../../src/runtimes/kubernetes/manifests/render.ts'
import { renderOperator } from '../../src/runtimes/kubernetes/operator/render.ts'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'

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

describe('what prometheus-operator gets', () => {
  it.each([...operator])('%s is as committed (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`./operator/${file}`)
  })
})
