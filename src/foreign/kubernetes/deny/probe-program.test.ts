import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, expect, it } from 'vitest'
import { PROBE_LINE, PROBE_PROGRAM, TARGETS_VARIABLE } from './probe-program.ts'

let child: ChildProcess | undefined
let server: Server | undefined
afterEach(() => {
  child?.kill('SIGKILL')
  server?.close()
})

it('the probe says that it connects, and that it no longer does once nothing accepts', async () => {
  const listening = createServer((socket) => socket.destroy())
  server = listening
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const targets = [{ host: '127.0.0.1', port: (listening.address() as AddressInfo).port }]
  const probe = spawn(process.execPath, ['-e', PROBE_PROGRAM], {
    env: { [TARGETS_VARIABLE]: JSON.stringify(targets) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = probe
  const lines = createInterface(probe.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe(`${PROBE_LINE}{"connects":true}`)
  listening.close()
  expect((await lines.next()).value).toBe(`${PROBE_LINE}{"connects":false,"why":"ECONNREFUSED"}`)
})
