import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findStateFolder } from './find-state.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'fd-find-state-')))
  // What somebody has above it is not looked at.
  await writeFile(join(root, 'firedrill.yaml'), '')
  await mkdir(join(root, 'project', 'drills', 'more'), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function stackIn(folder: string, id = '0123456789ab'): Promise<string> {
  const path = join(folder, '.firedrill')
  await mkdir(path, { mode: 0o700 })
  await writeFile(join(path, 'id'), id, { mode: 0o600 })
  return path
}

describe('the state folder that nobody names', () => {
  const project = () => join(root, 'project')

  it('is the one of the nearest folder above that has one', async () => {
    const outer = await stackIn(root)
    expect(findStateFolder(join(project(), 'drills', 'more'))).toBe(outer)
    const inner = await stackIn(project())
    expect(findStateFolder(join(project(), 'drills', 'more'))).toBe(inner)
    expect(findStateFolder(project())).toBe(inner)
  })

  it('is the one here with any content, so that a mistake in it is reported', async () => {
    await stackIn(root)
    await mkdir(join(project(), '.firedrill'))
    expect(findStateFolder(project())).toBe(join(project(), '.firedrill'))
  })

  it('is the one to be made here where there is none above', () => {
    expect(findStateFolder(project())).toBe(join(project(), '.firedrill'))
    expect(findStateFolder('/nowhere/at/all')).toBe('/nowhere/at/all/.firedrill')
  })

  it('is never one above a system of its own', async () => {
    await stackIn(root)
    await writeFile(join(project(), 'firedrill.yaml'), '')
    expect(findStateFolder(project())).toBe(join(project(), '.firedrill'))
    expect(findStateFolder(join(project(), 'drills'))).toBe(join(project(), 'drills', '.firedrill'))
  })

  it.each([
    ['without an id', async (path: string) => rm(join(path, 'id'))],
    ['with something else for an id', async (path: string) => writeFile(join(path, 'id'), 'hello')],
    ['that others may write to', async (path: string) => chmod(path, 0o777)],
  ])('is never a folder above %s', async (_name, spoil) => {
    await spoil(await stackIn(root))
    expect(findStateFolder(project())).toBe(join(project(), '.firedrill'))
  })
})
