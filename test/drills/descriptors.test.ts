import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'
import { isSame, type ProcessIdentity } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { bin, FiredrillFolder, pidOf, replicaOf, root } from '../e2e/firedrill.ts'

const LIMIT = 256
const HELD = 300

let folder: FiredrillFolder
let stack: StackView
let control: ProcessIdentity
const held: Socket[] = []
beforeAll(async () => {
  folder = await FiredrillFolder.create()
  const up = ['up', '--detach', '--state', folder.path]
  await execa('sh', ['-c', `ulimit -n ${LIMIT} && exec "$@"`, 'sh', process.execPath, bin, ...up], { cwd: root })
  stack = await folder.stack()
  control = (JSON.parse(await readFile(join(folder.path, 'control.json'), 'utf8')) as { control: ProcessIdentity })
    .control
})
afterAll(async () => {
  for (const socket of held) socket.destroy()
  await folder.remove()
})

/** Connections that ask nothing and show no token, to the process that listens there. */
async function hold(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (let n = 0; n < HELD; n++) {
    const socket = connect(Number(port), hostname).on('error', () => undefined)
    held.push(socket)
    await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  }
}

describe(`control with ${LIMIT} descriptors, and ${HELD} connections that ask nothing`, () => {
  it('answers, starts again what is killed, and has nothing to say', async () => {
    await hold(stack.url)
    process.kill(pidOf(stack, 'redis-1'), 'SIGKILL')
    await waitUntil(
      async () => {
        const { state, restarts } = replicaOf(await folder.stack(), 'redis-1')
        return state === 'healthy' && restarts === 1 ? done(undefined) : notYet(`${state} after ${restarts} restarts`)
      },
      { what: 'redis-1 to be started again', timeoutMs: 15_000, intervalMs: 100 },
    )
    expect(isSame(control)).toBe(true)
    expect((await folder.stack()).troubles).toEqual([])
  })

  it.each(['store-1', 'quotes-1', 'responder-1', 'proxy-1'])('the same holds for %s: it stays healthy', async (id) => {
    const { url } = replicaOf(stack, id)
    await hold(url)
    const { status } = await fetch(`${url}/metrics`)
    expect(status).toBe(200)
    expect(replicaOf(await folder.stack(), id)).toMatchObject({ state: 'healthy', restarts: 0 })
  })
})
