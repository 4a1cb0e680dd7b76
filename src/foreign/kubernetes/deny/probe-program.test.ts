import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, expect, it } from 'vitest'
import { PortLedger } from '../../../runtimes/native/process/ports.ts'
import { framed, REPORT } from '../faults/frame-program.ts'
import { OUTWARD_PROGRAM, PROBE_LINE, PROBE_PROGRAM, TARGETS_VARIABLE } from './probe-program.ts'

let child: ChildProcess | undefined
let server: Server | undefined
const ports = new PortLedger('127.0.0.1')
afterEach(async () => {
  child?.kill('SIGKILL')
  server?.close()
  await ports.close()
})

it('the probe says that it connects, and that it no longer does once nothing accepts', async () => {
  const port = await listen()
  const lines = linesOf(PROBE_PROGRAM, { [TARGETS_VARIABLE]: JSON.stringify([{ host: '127.0.0.1', port }]) })
  expect((await lines.next()).value).toBe(`${PROBE_LINE}{"connects":true}`)
  server?.close()
  expect((await lines.next()).value).toBe(`${PROBE_LINE}{"connects":false,"why":"ECONNREFUSED"}`)
})

it('the probe in a pod connects to the API server that Kubernetes names to each container', async () => {
  const port = await listen()
  const lines = linesOf(framed(OUTWARD_PROGRAM), {
    FIREDRILL_DATA: '{"forMs":60000}',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(port),
  })
  const at = `"at":"127.0.0.1:${port}"`
  expect((await lines.next()).value).toBe(`${REPORT}{"connects":true,${at}}`)
  server?.close()
  expect((await lines.next()).value).toBe(`${REPORT}{"connects":false,"why":"ECONNREFUSED",${at}}`)
})

/** Resolves with the port of a server that accepts connections; nobody else takes it when the server is closed. */
async function listen(): Promise<number> {
  const port = await ports.reserve(29_500)
  await ports.release(port)
  server = createServer((socket) => socket.destroy())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return port
}

function linesOf(program: string, env: Record<string, string>): AsyncIterator<string> {
  const probe = spawn(process.execPath, ['-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  child = probe
  return createInterface(probe.stdout)[Symbol.asyncIterator]()
}
