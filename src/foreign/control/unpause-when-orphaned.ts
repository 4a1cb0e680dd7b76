import { spawn } from 'node:child_process'
import type { EngineAddress } from '../../runtimes/compose/engine/engine.ts'

/** Unpauses a container when its guardian is gone. */

/**
 * The engine refuses to unpause a container that it only begins to pause: the request may overtake the one before. A container that
 * somebody else has unpaused is refused each time.
 */
const TRIES = 10
const AGAIN_MS = 500

/** Waits until its pipe is closed, which the kernel does also when the parent is killed, and then asks the engine. */
const SOURCE = `
  const { request } = require('node:http')
  const { engine: { origin, socketPath }, id, tries, againMs } = JSON.parse(process.argv[1])
  const ask = (left) => {
    const again = () => (left > 1 ? setTimeout(ask, againMs, left - 1) : undefined)
    request(origin + '/containers/' + id + '/unpause', { socketPath, method: 'POST', timeout: 10_000 }, (answer) => {
      answer.resume()
      if (answer.statusCode >= 300 && answer.statusCode !== 404) again()
    })
      .on('timeout', function () { this.destroy() })
      .on('error', again)
      .end()
  }
  process.stdin.on('error', () => undefined).once('end', () => ask(tries)).resume()`

/**
 * Unpauses a container when this process has ended in any way; returns a function that cancels this. A process of Node does it, since no
 * other program that can speak to the engine is there for sure; it takes 40 MB, while the container is paused.
 */
export function unpauseWhenOrphaned(engine: EngineAddress, id: string): () => void {
  const child = spawn(process.execPath, unpausing(engine, id), {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return () => void child.kill('SIGKILL')
}

/** The arguments of Node for the process that unpauses the container as soon as its standard input is closed. */
export function unpausing(engine: EngineAddress, id: string): string[] {
  return ['-e', SOURCE, JSON.stringify({ engine, id, tries: TRIES, againMs: AGAIN_MS })]
}
