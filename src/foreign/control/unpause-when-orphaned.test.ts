import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unpausing } from './unpause-when-orphaned.ts'

describe('the process that unpauses a container', () => {
  it.each([
    ['until the engine has done it', [409, 500, 204], 3],
    ['once where there is no such container any more', [404], 1],
  ])('asks the engine when its pipe is closed, and not before: %s', async (_, statuses, times) => {
    const folder = await mkdtemp(join(tmpdir(), 'fd-unpause-'))
    const socketPath = join(folder, 'docker.sock')
    const asked: string[] = []
    const engine = createServer(({ method, url }, response) => {
      response.statusCode = statuses[asked.length] ?? 204
      asked.push(`${method} ${url}`)
      response.end()
    })
    await new Promise<void>((resolve) => engine.listen(socketPath, resolve))
    const child = spawn(process.execPath, unpausing({ origin: 'http://docker', socketPath }, 'abc'), {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    try {
      const ended = once(child, 'exit')
      await once(child, 'spawn')
      expect(asked).toEqual([])
      child.stdin.end()
      expect((await ended)[0]).toBe(0)
      expect(asked).toEqual(Array.from({ length: times }, () => 'POST /containers/abc/unpause'))
    } finally {
      child.kill('SIGKILL')
      engine.closeAllConnections()
      await new Promise((resolve) => engine.close(resolve))
      await rm(folder, { recursive: true })
    }
  })
})
