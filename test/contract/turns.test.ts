import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../src/base/system/process.ts'
import { type TurnPlace, waitForTurn } from '../../src/base/turn.ts'
import { systemTurn, turnSocket } from '../../src/foreign/system-turn.ts'
import { turnFile } from '../../src/runtimes/native/state/turn-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-turns-'))
})
afterEach(() => rm(folder, { recursive: true }))

const own = (name: string) => ({ name, pid: process.pid, sinceMs: Date.now() })
const never = new AbortController().signal

async function taken(place: TurnPlace, name = 'mine') {
  const result = await place.take(own(name))
  if (!('turn' in result)) throw new Error(`the turn is held by ${result.holder?.name}`)
  return result.turn
}

/** A socket's name is one of the machine: each test has its own. */
const places: [string, (folder: string) => TurnPlace][] = [
  ['a file', (of) => turnFile(join(of, 'turn'))],
  ['a name of the kernel', (of) => turnSocket(`\0fd-test-${of}`)],
]

describe.each(places)('turns by %s', (_, placeIn) => {
  it('are had by one at a time, who is named to the others', async () => {
    const place = placeIn(folder)
    const turn = await taken(place, 'store-crash')
    expect(await placeIn(folder).take(own('quiet'))).toEqual({
      holder: { name: 'store-crash', pid: process.pid, sinceMs: expect.any(Number) },
    })
    await turn.end()
    await turn.end()
    await (await taken(place)).end()
  })

  it('go to the waiting run as soon as the one before is over, and are reported once', async () => {
    const place = placeIn(folder)
    const turn = await taken(place, 'store-crash')
    const reported: (string | undefined)[] = []
    let over = false
    const waiting = waitForTurn(place, own('quiet'), {
      waitMs: 20_000,
      signal: never,
      onWaiting: (holder) => {
        reported.push(holder?.name)
        setTimeout(() => {
          over = true
          void turn.end()
        }, 600)
      },
    })
    const next = await waiting
    expect([over, reported, 'turn' in next]).toEqual([true, ['store-crash'], true])
    if ('turn' in next) await next.turn.end()
  })

  it('are not waited for longer than one would, nor after an interruption', async () => {
    const place = placeIn(folder)
    const turn = await taken(place, 'store-crash')
    const options = { waitMs: 0, signal: never, onWaiting: () => undefined }
    expect(await waitForTurn(place, own('quiet'), options)).toMatchObject({ holder: { name: 'store-crash' } })
    const interrupted = AbortSignal.timeout(300)
    await expect(
      waitForTurn(place, own('quiet'), { ...options, waitMs: 20_000, signal: interrupted }),
    ).rejects.toThrow()
    await turn.end()
  })

  it('end with the process that has one, also with kill -9', async () => {
    const other = await elsewhere(placeIn, folder)
    const place = placeIn(folder)
    expect(await place.take(own('mine'))).toMatchObject({ holder: { name: 'elsewhere', pid: other.pid } })
    const ended = once(other, 'exit')
    other.kill('SIGKILL')
    await ended
    const next = await waitForTurn(place, own('mine'), { waitMs: 10_000, signal: never, onWaiting: () => undefined })
    expect('turn' in next).toBe(true)
    if ('turn' in next) await next.turn.end()
  })
})

describe('the turn of a system', () => {
  it('is one for every description of it, however the address of its Prometheus is written', async () => {
    const port = 40_000 + (process.pid % 20_000)
    const at = (url: string) => systemTurn({ prometheus: { url } })
    const turn = await taken(at(`http://localhost:${port}`))
    expect(await at(`http://127.0.0.1:${port}/`).take(own('x'))).toMatchObject({ holder: { name: 'mine' } })
    expect(await at(`http://[::1]:${port}`).take(own('x'))).toMatchObject({ holder: { name: 'mine' } })
    await (await taken(at(`http://127.0.0.1:${port}/other`))).end()
    await turn.end()
  })

  it('is not named by who says something else at its name', async () => {
    const { createServer } = await import('node:net')
    const path = `\0fd-test-odd-${folder}`
    const odd = createServer((socket) => socket.end('\u001b[2J not JSON'))
    await new Promise<void>((resolve) => odd.listen({ path }, resolve))
    expect(await turnSocket(path).take(own('mine'))).toEqual({ holder: undefined })
    await new Promise((resolve) => odd.close(resolve))
  })
})

/** A process of its own that has the turn, as one of ours has it, until it ends. */
async function elsewhere(placeIn: (folder: string) => TurnPlace, of: string): Promise<ChildProcess> {
  const isFile = placeIn === places[0]?.[1]
  const path = JSON.stringify(join(of, 'turn'))
  const program = isFile
    ? `require('child_process').spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore',
        require('fs').openSync(${path}, 'w+')] }); console.log('has it'); setInterval(() => {}, 1000)`
    : `require('net').createServer((socket) => socket.end(JSON.stringify({ name: 'elsewhere', pid: process.pid, sinceMs: 1 })))
        .listen({ path: ${JSON.stringify(`\0fd-test-${of}`)} }, () => console.log('has it'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const content = { name: 'elsewhere', sinceMs: 1, process: identify(child.pid ?? 0) }
  if (isFile) await writeFile(join(of, 'turn'), JSON.stringify(content))
  return child
}
