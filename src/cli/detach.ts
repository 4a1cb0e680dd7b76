import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ControlClient } from '../api/client/client.ts'
import type { StackView } from '../api/contract.ts'
import { apiErrors } from '../api/errors.ts'
import { findControl } from '../api/stack-files/control-file.ts'
import { sleep } from '../base/wait.ts'
import { establish } from '../runtimes/native/establish.ts'
import { openLog } from '../runtimes/native/process/log-file.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { stopStack } from './stop-stack.ts'
import { failureOf } from './terminal/parent.ts'

const POLL_MS = 100

/**
 * Starts a control process that outlives this one and resolves when its stack is up. What it prints goes to the control
 * log, and from there to `relay` as it appears. Aborting stops it again.
 * @throws what it failed with
 */
export async function startDetached(
  folder: StateFolder,
  profile: string,
  options: { /** Further options of `up`. */ more?: readonly string[]; signal: AbortSignal; relay(text: string): void },
): Promise<StackView> {
  await establish(folder)
  const existing = await findControl(folder)
  if (existing?.url !== undefined) {
    throw apiErrors.error('FD_STACK_UP', {
      message: `a stack is up already at ${existing.url}`,
      where: folder.path,
      next: 'firedrill status to see it, firedrill down to stop it, --state FOLDER for a second stack',
    })
  }
  const path = folder.log('control')
  const log = openLog(path)
  const reader = await open(path, 'r')
  let position = (await reader.stat()).size
  const main = fileURLToPath(new URL('./run-main.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [main, 'up', '--state', folder.path, '--profile', profile, ...(options.more ?? [])],
    {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    },
  )
  closeSync(log)
  const failure = failureOf(child)
  let ended: string | undefined
  // After everything that it said has arrived.
  child.once('close', (code, signal) => {
    ended = signal === null ? `exit code ${code}` : `signal ${signal}`
  })
  await once(child, 'spawn')
  const relay = async () => {
    // From then on it says in its log what this process says.
    if (failure() !== undefined) return
    const { size } = await reader.stat()
    if (size <= position) return
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(size - position), 0, size - position, position)
    position += bytesRead
    options.relay(buffer.toString('utf8', 0, bytesRead))
  }
  try {
    while (true) {
      await relay()
      if (ended !== undefined) {
        await relay()
        const why = failure()
        if (why !== undefined) throw why
        throw apiErrors.error('FD_STACK_STOPPED', {
          message: `the control process ended before the stack was up (${ended})`,
          where: folder.path,
          next: `what it said stands above and in ${path}`,
        })
      }
      const found = await findControl(folder)
      if (found?.url !== undefined && found.control.pid === child.pid) {
        const stack = await new ControlClient(found.url).stack().catch(() => undefined)
        if (stack?.state === 'up') {
          await relay()
          child.disconnect()
          child.unref()
          return stack
        }
      }
      await sleep(POLL_MS, options.signal)
    }
  } catch (error) {
    if (ended === undefined) await stopStack(folder)
    await relay()
    throw error
  } finally {
    await reader.close()
  }
}
