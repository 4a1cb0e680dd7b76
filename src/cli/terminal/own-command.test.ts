import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownCommand, withOwnCommand } from './own-command.ts'

let home: string
const at = (...path: string[]) => join(home, ...path)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fd-own-command-'))
  for (const folder of ['clone/bin', 'global', 'stranger', 'app/node_modules/.bin'])
    await mkdir(at(folder), { recursive: true })
  await writeFile(at('clone/bin/firedrill.js'), '')
  await symlink('firedrill.js', at('clone/bin/firedrill'))
  await symlink(at('clone/bin/firedrill.js'), at('global/firedrill'))
  await symlink(at('clone/bin/firedrill.js'), at('app/node_modules/.bin/firedrill'))
  await writeFile(at('stranger/firedrill'), '')
  await chmod(at('stranger/firedrill'), 0o755)
})
afterAll(() => rm(home, { recursive: true, force: true }))

describe('how this very program is called again', () => {
  it.each([
    ['by its name, where that leads here', 'clone/bin/firedrill', 'global', 'clone', 'firedrill'],
    ['by its path, in a clone with nothing on the path', 'clone/bin/firedrill.js', '', 'clone', 'bin/firedrill'],
    ['by its path, where the name is a stranger', 'clone/bin/firedrill', 'stranger', 'clone', 'bin/firedrill'],
    ['by its path, where a stranger comes first', 'clone/bin/firedrill', 'stranger:global', 'clone', 'bin/firedrill'],
    ['by its path, in its own folder', 'clone/bin/firedrill', '', 'clone/bin', './firedrill'],
    ['by its whole path, from elsewhere', 'clone/bin/firedrill.js', '', 'app', 'HOME/clone/bin/firedrill'],
    [
      "by its path, where only npm's own path has the name",
      'app/node_modules/.bin/firedrill',
      'app/node_modules/.bin',
      'app',
      'node_modules/.bin/firedrill',
    ],
    ['by its name, where something else was started', 'stranger/firedrill', '', 'clone', 'firedrill'],
  ])('%s', (_, script, path, cwd, expected) => {
    const folders = path.split(':').map((one) => (one === '' ? '' : at(one)))
    const called = { script: at(script), program: at('clone/bin/firedrill.js'), path: folders.join(':'), cwd: at(cwd) }
    expect(ownCommand(called).replace(home, 'HOME')).toBe(expected)
  })
})

describe('a text with commands', () => {
  it.each([
    ['firedrill up', 'X up'],
    ['`firedrill down` and firedrill status', '`X down` and X status'],
    ['firedrill --help, or firedrill --json status', 'X --help, or X --json status'],
    ['see /home/me/firedrill in firedrill.yaml', 'see /home/me/firedrill in firedrill.yaml'],
    ['firedrill 0.1.0, profile lab', 'firedrill 0.1.0, profile lab'],
    ['bin/firedrill up', 'bin/firedrill up'],
  ])('%s', (text, expected) => {
    expect(withOwnCommand(text, () => 'X')).toBe(expected)
  })
})
