import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { PortLedger } from '../../runtimes/native/process/ports.ts'
import { END_NODE_PROGRAM } from './end-node-program.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
/** A port that the system chose could go to another program before the debugger listens there. */
const ports = new PortLedger('127.0.0.1')
afterAll(() => ports.close())

/** An app of Node whose debugger would listen on that port. */
async function app(port: number): Promise<ChildProcess> {
  const serving = "require('node:http').createServer(() => {}).listen(0, () => console.log('listening'))"
  const child = spawn(process.execPath, [`--inspect-port=${port}`, '-e', serving], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  started.push(child)
  if (child.stdout !== null) await once(child.stdout, 'data')
  return child
}

describe('the program that ends Node by its debugger', () => {
  it('ends it, each time', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 5; round++) {
      const port = await ports.reserve(9_229)
      await ports.release(port)
      const child = await app(port)
      const ended = once(child, 'exit')
      const program = END_NODE_PROGRAM.replace('process.kill(1,', `process.kill(${child.pid},`).replaceAll(
        '9229',
        String(port),
      )
      const ending = spawn(process.execPath, ['-e', program], { stdio: 'ignore' })
      started.push(ending)
      expect(await Promise.race([ended, once(ending, 'exit').then(() => 'the program has given up')])).toEqual([
        1,
        null,
      ])
      ending.kill('SIGKILL')
    }
  })
})
