import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { InvalidFilesError } from '../../base/files/file-problem.ts'
import { testSpec } from '../test-spec.ts'
import { loadObjectives } from './load-objectives.ts'

let folder: string | undefined
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true })
  folder = undefined
})

async function folderOf(files: Record<string, string>): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'fd-objectives-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

describe('a folder of objectives', () => {
  it('has the mistakes of all its files reported at once', async () => {
    const path = await folderOf({ 'a.yaml': testSpec({ objective: '0' }), 'b.yml': testSpec({ objective: '100.1' }) })
    const error = await loadObjectives([path]).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(InvalidFilesError)
    expect((error as InvalidFilesError).errors.map(({ file }) => file)).toEqual([
      join(path, 'a.yaml'),
      join(path, 'b.yml'),
    ])
  })

  it('that has an empty name is one that can be seen in the error', async () => {
    await expect(loadObjectives([''])).rejects.toMatchObject({ code: 'FD_SLO_NOT_FOUND', details: { where: '""' } })
  })

  it('must have at least one: services alone give no rules', async () => {
    const service = 'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: shop }\nspec: {}\n'
    const path = await folderOf({ 'a.yaml': service })
    await expect(loadObjectives([path])).rejects.toMatchObject({
      code: 'FD_SLO_NOT_FOUND',
      details: { given: 'no document with an objective (kind: SLO)' },
    })
    await writeFile(join(path, 'b.yaml'), testSpec())
    await expect(loadObjectives([path])).resolves.toHaveLength(1)
  })
})
