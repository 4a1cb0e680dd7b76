import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../wait.ts'
import { childEnvironment, diesWithParent } from './command.ts'
import { identify, statOf } from './process.ts'

describe('childEnvironment', () => {
  it('passes on what programs need, and nothing of the caller besides', () => {
    const from = {
      PATH: '/bin',
      HOME: '/home/x',
      AWS_SECRET: 's',
      NODE_OPTIONS: '--inspect',
      NODE_EXTRA_CA_CERTS: '/ca',
    }
    expect(childEnvironment({ PORT: '1', HOME: '/other' }, from)).toEqual({ PATH: '/bin', HOME: '/other', PORT: '1' })
  })
})

describe('diesWithParent', () => {
  const command = { program: 'sleep', args: ['60'], env: {} }

  it('leaves the command as it is where the kernel cannot be asked', () => {
    expect(diesWithParent(command, { find: () => undefined })).toEqual(command)
  })

  it.runIf(process.platform === 'linux')('has the child killed when its parent is killed with -9', async () => {
    const { program, args } = diesWithParent(command)
    const parent = spawn(process.execPath, [
      '-e',
      `const child = require('node:child_process').spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { detached: true, stdio: 'ignore' }); console.log(child.pid); setInterval(() => {}, 1000)`,
    ])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    const bounded = { timeoutMs: 20_000, intervalMs: 5 }
    // Before it is the program itself, setpriv may not have asked the kernel yet.
    const name = () => statOf(child)?.name
    await waitUntil(async () => (name() === command.program ? done(0) : notYet(`it is ${name()}`)), {
      what: 'the child to be the program',
      ...bounded,
    })
    parent.kill('SIGKILL')
    await waitUntil(async () => (identify(child) === undefined ? done(0) : notYet('alive')), {
      what: 'the child to die',
      ...bounded,
    })
  })
})
