import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyPackage } from './unpack-packages.ts'

describe('verifyPackage', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-verify-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const announce = (content: string) => ({
    package: 'a',
    version: '1',
    file: 'a_1_all.deb',
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  })

  it('accepts the announced file', async () => {
    await writeFile(join(folder, 'a_1_all.deb'), 'genuine')
    await expect(verifyPackage(folder, announce('genuine'))).resolves.toBeUndefined()
  })

  it('refuses a file of the same size with other bytes', async () => {
    await writeFile(join(folder, 'a_1_all.deb'), 'GENUINE')
    await expect(verifyPackage(folder, announce('genuine'))).rejects.toMatchObject({
      code: 'FD_COMPONENT_FETCH',
      message: 'the downloaded a_1_all.deb is not the announced one',
    })
  })
})
