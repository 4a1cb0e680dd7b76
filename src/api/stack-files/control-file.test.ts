import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../base/system/process.ts'
import { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { connectControl } from '../client/connect-control.ts'
import { claimControl, findControl } from './control-file.ts'

let folder: StateFolder
beforeEach(async () => {
  folder = new StateFolder(await mkdtemp(join(tmpdir(), 'fd-control-')))
})
afterEach(() => rm(folder.path, { recursive: true }))

describe('claimControl', () => {
  it('makes this process the control process until it lets go', async () => {
    const claim = await claimControl(folder)
    await claim.publish('http://127.0.0.1:1')
    expect(await findControl(folder)).toMatchObject({ control: { pid: process.pid }, url: 'http://127.0.0.1:1' })
    await claim.release()
    expect(await findControl(folder)).toBeUndefined()
  })

  it('refuses a second one, says where the first is, and leaves nothing behind', async () => {
    const claim = await claimControl(folder)
    await claim.publish('http://127.0.0.1:1')
    await expect(claimControl(folder)).rejects.toMatchObject({
      code: 'FD_STACK_UP',
      message: 'a stack is up already at http://127.0.0.1:1',
    })
    expect(await readdir(folder.path)).toEqual(['control.json', 'lock'])
    await claim.release()
  })

  it('lets go of the folder when it cannot be claimed, or not be given back in order', async () => {
    await mkdir(folder.control)
    await expect(claimControl(folder)).rejects.toMatchObject({ code: 'FD_FILE_NOT_PLAIN' })
    await rm(folder.control, { recursive: true })
    const claim = await claimControl(folder)
    await rm(folder.control)
    await mkdir(folder.control)
    await expect(claim.release()).rejects.toThrow()
    await rm(folder.control, { recursive: true })
    await (await claimControl(folder)).release()
  })

  it.each([
    ['no file', undefined],
    ['the file of a process that has ended', '{"control":{"pid":4194000,"startedAt":"x:1"}}'],
  ])('lets only one of several win that claim at the same moment, with %s', async (_, content) => {
    if (content !== undefined) await writeFile(folder.control, content)
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => claimControl(folder)))
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(won).toHaveLength(1)
    await won[0]?.release()
  })

  it.each([
    [
      'a process that has ended',
      JSON.stringify({ control: { pid: 4_194_000, startedAt: 'x:1' }, url: 'http://127.0.0.1:1' }),
    ],
    [
      'another process with the same number',
      JSON.stringify({ control: { pid: process.pid, startedAt: 'x:1' }, url: 'http://127.0.0.1:1' }),
    ],
    ['a torn file', '{"control":{"pi'],
  ])('takes over from %s', async (_, content) => {
    await writeFile(folder.control, content)
    expect(await findControl(folder)).toBeUndefined()
    await (await claimControl(folder)).release()
  })
})

describe('connectControl', () => {
  const up = (url: string) => writeFile(folder.control, JSON.stringify({ control: identify(process.pid), url }))

  it('refuses a control.json that others may write to: its server would be sent the token', async () => {
    await up('http://127.0.0.1:1')
    await chmod(folder.control, 0o666)
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'FD_FILE_NOT_OURS' })
  })

  it.each([
    'http://192.0.2.1:8080',
    'http://user@127.0.0.1:1',
    'https://127.0.0.1:1',
    'file:///etc/passwd',
    'nonsense',
  ])('does not believe one that leads to %s', async (url) => {
    await up(url)
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'FD_STACK_NOT_UP' })
  })

  it('sends the token with what changes something and with logs, and with nothing else', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers.authorization ?? 'no token'}`)
      response.setHeader('content-type', 'application/json')
      response.end('{"faults":[],"lifted":[],"lines":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { secrets } = await folder.prepare()
    await up(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const client = await connectControl(folder)
    await client.stack()
    await client.faults()
    await client.liftAll()
    await client.logs('store', undefined, 1)
    server.close()
    const bearer = `Bearer ${secrets.control}`
    expect(seen).toEqual([
      'GET /v1/stack no token',
      'GET /v1/faults no token',
      `DELETE /v1/faults ${bearer}`,
      `GET /v1/services/store/logs ${bearer}`,
    ])
  })

  it('sends no token once the control process has ended: another process may have its port', async () => {
    const control = spawn('sleep', ['60'])
    await once(control, 'spawn')
    let authorization: string | undefined
    const server = createServer((request, response) => {
      authorization = request.headers.authorization
      response.statusCode = 401
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await folder.prepare()
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await writeFile(folder.control, JSON.stringify({ control: identify(control.pid ?? 0), url }))
    const client = await connectControl(folder)
    const ended = once(control, 'exit')
    control.kill('SIGKILL')
    await ended
    await expect(client.liftAll()).rejects.toThrow()
    server.close()
    expect(authorization).toBeUndefined()
  })

  it('says that no stack is up, or that it has only begun to start', async () => {
    await expect(connectControl(folder)).rejects.toMatchObject({ code: 'FD_STACK_NOT_UP' })
    await writeFile(folder.control, JSON.stringify({ control: identify(process.pid) }))
    await expect(connectControl(folder)).rejects.toThrow('only just begun')
  })
})
