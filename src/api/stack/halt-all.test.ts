import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../base/system/process.ts'
import { establish } from '../../runtimes/native/establish.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { haltAll } from './halt-all.ts'

let folder: StateFolder
let children: ChildProcess[]
beforeEach(async () => {
  children = []
  folder = new StateFolder(join(await mkdtemp(join(tmpdir(), 'fd-halt-')), 'state'))
  await establish(folder)
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(join(folder.path, '..'), { recursive: true, force: true })
})

/** A process that is recorded as a load, as `firedrill load` does it. */
async function underWayAs(program: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `${program}; setInterval(() => {}, 1000); console.log('there')`])
  children.push(child)
  await once(child.stdout ?? child, 'data')
  const entry = { kind: 'load', name: 'browse', process: identify(child.pid ?? 0) }
  await writeFile(join(folder.underWay, `${child.pid}.json`), JSON.stringify(entry), { mode: 0o600 })
  return child
}

const fullDisk = () =>
  new Lever(folder.path, () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })))

describe('haltAll', () => {
  it('blocks a folder in which there has never been a stack', async () => {
    const fresh = new StateFolder(join(folder.path, '..', 'fresh'))
    const report = await haltAll(fresh, 'not now')
    expect(report).toMatchObject({
      stack: 'not up',
      halted: { why: 'not now', durable: true },
      ended: [],
      problems: [],
    })
    expect(() => new Lever(fresh.path).refuse()).toThrow('halted: not now')
  })

  it('waits until what is under way has ended, and says when', async () => {
    // It looks for the file as a run does.
    const child = await underWayAs(
      `setInterval(() => require('fs').existsSync(${JSON.stringify(new Lever(folder.path).path)}) && process.exit(), 10)`,
    )
    const { ended, tookMs } = await haltAll(folder, '')
    expect(ended).toMatchObject([{ kind: 'load', name: 'browse', pid: child.pid, how: 'ended' }])
    expect(ended[0]?.afterMs).toBeLessThanOrEqual(tookMs)
  })

  it('kills what does not end', async () => {
    const child = await underWayAs('')
    const { ended } = await haltAll(folder, '', { endMs: 200 })
    expect(ended).toMatchObject([{ pid: child.pid, how: 'killed' }])
    expect(identify(child.pid ?? 0)).toBeUndefined()
  })

  it('ends what is under way by a signal when nothing can be written, and says that it does not last', async () => {
    const child = await underWayAs('')
    const full = fullDisk()
    await rm(folder.id)
    // Without its id the folder would be made again: as if it had been read before the disk was full.
    folder.knownId = () => '0123456789ab'
    const { halted, ended, problems } = await haltAll(folder, 'full', { lever: full })
    expect(halted).toMatchObject({ durable: false, why: 'full' })
    expect(ended).toMatchObject([{ pid: child.pid, how: 'ended' }])
    expect(child.signalCode ?? 'SIGTERM').toBe('SIGTERM')
    expect(problems.join()).toContain('FD_HALT_NOT_DURABLE')
  })

  it('says that control does not answer, and halts all the same', async () => {
    const server = createServer((request) => request.socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await folder.prepare()
    await writeFile(folder.control, JSON.stringify({ control: identify(process.pid), url }), { mode: 0o600 })
    const { stack, problems, halted } = await haltAll(folder, '')
    server.close()
    expect({ stack, durable: halted.durable }).toEqual({ stack: 'no answer', durable: true })
    expect(problems.join()).toContain('FD_CONTROL_UNREACHABLE')
  })

  it.each([
    ['compose.json is torn', () => writeFile(folder.compose, '{"proj', { mode: 0o600 }), 'FD_STATE_FOLDER'],
    ['control.json is a folder', () => mkdir(folder.control), 'FD_FILE_NOT_PLAIN'],
  ])('halts and reports although %s', async (_, breakFile, code) => {
    const child = await underWayAs('')
    await breakFile()
    const { stack, problems, halted, ended } = await haltAll(folder, '', { endMs: 200 })
    expect({ stack, durable: halted.durable }).toEqual({ stack: 'no answer', durable: true })
    expect(problems.join()).toContain(code)
    expect(ended).toMatchObject([{ pid: child.pid, how: 'killed' }])
  })
})
