import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'

const CORE = '1'

/** A server on a core of its own. */
export interface Server {
  url: string
  child: ChildProcess
}

/** nginx, which answers at once. */
export function startNginx(folder: string): Promise<Server> {
  return startServer(async (port) => {
    const path = join(folder, 'nginx.conf')
    await writeFile(
      path,
      `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 12000; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
server { listen 127.0.0.1:${port} backlog=4096; location / { default_type application/json; return 200 '{"ok":true}'; } } }\n`,
    )
    return ['nginx', '-c', path]
  })
}

/** A server that delays each answer and knows for how long. */
export function startDelays(): Promise<Server> {
  return startServer(async () => [process.execPath, join(packageFolder(), 'dist', 'bench', 'load', 'delays.js')])
}

async function startServer(command: (port: number) => Promise<[string, ...string[]]>): Promise<Server> {
  const ports = new PortLedger('127.0.0.1')
  const port = await ports.reserve(18_300)
  await ports.close()
  const [program, ...args] = await command(port)
  const child = spawn('taskset', ['-c', CORE, program, ...args], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(async () => ((await fetch(`${url}/reset`)).ok ? done(undefined) : notYet('not ok')), {
    what: `${program} to answer`,
    timeoutMs: 10_000,
    intervalMs: 20,
  })
  return { url, child }
}
