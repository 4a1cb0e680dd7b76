import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { count, defineSettings, optionalText } from '../../src/base/schema/settings.ts'
import { findCompose } from '../../src/runtimes/compose/engine/compose-cli.ts'
import { type ContainerDetails, Engine } from '../../src/runtimes/compose/engine/engine.ts'
import { createSocketProxy } from '../../src/runtimes/compose/engine/socket-proxy.ts'
import { dockerHost, run } from './docker.ts'
import { BASE } from './images.ts'

export interface Answer {
  status: number
  text: string
}

/** Two compose projects on a real engine, and the proxy that lets its clients reach the first of them. */
export interface Target {
  engine: Engine
  port: number
  /** Ids, by service, of the project that the proxy serves. */
  own: Record<'web' | 'postgres' | 'docker-proxy', string>
  /** A container of the other project, and its network. */
  foreign: { container: string; network: string }
  refused: string[]
  inspect(id: string): Promise<ContainerDetails>
  /** A body as a program sends it; a text is sent as it stands. */
  send(method: string, path: string, body?: object | string, headers?: Record<string, string>): Promise<Answer>
  /** A creation past the proxy, as text; resolves with the id. */
  direct(method: string, path: string, body: string): Promise<string>
  /** Bytes as they stand, on a connection of their own; what comes back until it is silent or closed. */
  raw(bytes: string): Promise<string>
  /** Every container of the engine with the networks it is in: what no refused request may change. */
  world(): Promise<string[]>
  close(): Promise<void>
}

const SILENT_AFTER_MS = 500
/** What the service `web` says can be set on it. */
const settings = defineSettings({
  GREETING: optionalText('what it says', () => undefined),
  PORT: count(8_000, 65_535, 'where it listens'),
})
const sleeper = { image: BASE, command: ['sleep', '3600'], init: true, stop_signal: 'SIGKILL' }

export async function makeTarget(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-attack-'))
  const name = `fd-attack-${randomBytes(4).toString('hex')}`
  const web = {
    ...sleeper,
    user: '1234:1234',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    read_only: true,
    mem_limit: '64m',
    environment: { PORT: '8000', WEB_TOKEN: 'of-the-web' },
    volumes: ['kept:/kept:ro'],
    networks: ['services', 'data'],
  }
  const document = {
    version: '2.4',
    services: {
      web,
      postgres: { ...sleeper, networks: ['data'] },
      'docker-proxy': { ...sleeper, networks: ['services'] },
    },
    networks: { services: {}, data: { internal: true } },
    volumes: { kept: {} },
  }
  const others = { version: '2.4', services: { web: { ...sleeper, networks: ['theirs'] } }, networks: { theirs: {} } }
  const cli = await findCompose({ ...process.env, DOCKER_HOST: dockerHost })
  const projects: [string, string][] = []
  for (const [suffix, content] of [
    ['', document],
    ['-other', others],
  ] as const) {
    const file = join(folder, `compose${suffix}.yaml`)
    await writeFile(file, stringify(content))
    await cli.run(['-p', name + suffix, '-f', file, 'up', '-d'])
    projects.push([name + suffix, file])
  }
  const engine = new Engine(dockerHost)
  const idsOf = async (project: string) =>
    Object.fromEntries(
      (await engine.containers(project)).map(({ Id, Labels }) => [Labels['com.docker.compose.service'], Id]),
    )
  const refused: string[] = []
  const socketPath = dockerHost.replace(/^unix:\/\//, '')
  const proxy = createSocketProxy({
    socketPath,
    engine,
    project: name,
    untouchable: ['docker-proxy'],
    parts: [{ name: 'web', settings }],
    onRefused: (what, why) => refused.push(`${what}: ${why}`),
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const theirs = await idsOf(`${name}-other`)
  return {
    engine,
    port,
    own: (await idsOf(name)) as Target['own'],
    foreign: { container: theirs.web as string, network: `${name}-other_theirs` },
    refused,
    inspect: (id) => engine.inspect(id),
    send: (method, path, body, headers) => send({ host: '127.0.0.1', port }, method, path, body, headers),
    async direct(method, path, body) {
      const { text } = await send({ socketPath }, method, path, body)
      return (JSON.parse(text) as { Id: string }).Id
    },
    raw: (bytes) => raw(port, bytes),
    world: async () =>
      run('docker', ['ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.State}} {{.Names}} {{.Networks}}'])
        .split('\n')
        .filter((line) => line.includes(name))
        // The engine names networks in any order.
        .map((line) => line.split(/[ ,]/).sort().join(' '))
        .sort(),
    async close() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      // What an attack may have made goes first.
      for (const [project] of projects) for (const { Id } of await engine.containers(project)) await engine.remove(Id)
      await engine.close()
      for (const [project, file] of projects.reverse())
        await cli.run(['-p', project, '-f', file, 'down', '-v', '-t', '0'])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function send(
  to: { host: string; port: number } | { socketPath: string },
  method: string,
  path: string,
  body: object | string | undefined,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  return new Promise((resolve, reject) => {
    const type = text === undefined ? {} : { 'content-type': 'application/json' }
    const options = { ...to, method, path, agent: false, headers: { ...type, ...headers } }
    const sent = request(options, (answer) => {
      let received = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        received += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: received }))
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const end = () => {
      socket.destroy()
      resolve(received)
    }
    socket.setTimeout(SILENT_AFTER_MS, end)
    socket.on('data', (chunk) => {
      received += String(chunk)
    })
    socket.on('error', end)
    socket.on('close', end)
  })
}
