import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { addStatus } from './status.ts'
import { addUp } from './up.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-up-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Parses and runs a command that must be refused before it does anything. */
async function run(...args: string[]): Promise<void> {
  const program = new Command().option('--state <folder>').option('--json').exitOverride()
  const { signal } = new AbortController()
  addUp(program, signal)
  addStatus(program, signal)
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined })
  await program.parseAsync(['--state', join(folder, 'state'), ...args], { from: 'user' })
}

const inCluster = ['up', '--runtime', 'kubernetes']
const named = [...inCluster, '--context', 'lab', '--image', 'example.com/firedrill:1']

describe('up --runtime kubernetes', () => {
  it.each([
    ['no context', [...inCluster, '--image', 'x'], '--runtime kubernetes needs --context'],
    ['no image', [...inCluster, '--context', 'lab'], '--runtime kubernetes needs --image'],
    ['what names no image', [...inCluster, '--context', 'lab', '--image', 'A b'], 'no name of an image'],
    ['what names no namespace', [...named, '--namespace', 'Big_One'], 'no name of a namespace'],
    [
      'an option of this machine',
      [...named, '--listen', '0.0.0.0'],
      '--listen does not work with --runtime kubernetes',
    ],
    ['Grafana to fetch', [...named, '--with', 'grafana'], '--with does not work with --runtime kubernetes'],
  ])('with %s is refused before anything is done', async (_, args, message) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 'FD_USAGE', message })
    expect(new StateFolder(join(folder, 'state')).knownId()).toBeUndefined()
  })

  it('refuses an overlay without a kustomization, and says what one has', async () => {
    await expect(run(...named, '--overlay', folder)).rejects.toMatchObject({
      code: 'FD_CLUSTER_OVERLAY',
      details: { where: folder, expected: expect.stringContaining('../base') },
    })
  })

  it.each(['context', 'namespace', 'image', 'overlay'])('alone has --%s', async (option) => {
    await expect(run('up', `--${option}`, 'x')).rejects.toMatchObject({
      code: 'FD_USAGE',
      message: `--${option} does not work with --runtime native`,
      details: { expected: `--${option} with --runtime kubernetes` },
    })
  })
})
