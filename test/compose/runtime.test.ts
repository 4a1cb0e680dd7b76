import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { findCompose } from '../../src/runtimes/compose/engine/compose-cli.ts'
import { Engine } from '../../src/runtimes/compose/engine/engine.ts'
import { ProxiedEngine } from '../../src/runtimes/compose/engine/proxied-engine.ts'
import { createSocketProxy } from '../../src/runtimes/compose/engine/socket-proxy.ts'
import { ComposeRuntime } from '../../src/runtimes/compose/runtime.ts'
import { hangFixture, type Made, runtimeContract } from '../contract/runtime-contract.ts'
import { contractTopology } from '../contract/topology.ts'
import { dockerHost, run } from './docker.ts'
import { NODE_IMAGE } from './images.ts'

const NODE = '/usr/local/bin/node'
const fixture = fileURLToPath(new URL('../contract/fixture-service.js', import.meta.url))

/** The contract's topology as a compose project of its own. */
async function makeCompose(): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-compose-'))
  const project = `fd-contract-${randomBytes(4).toString('hex')}`
  const file = join(folder, 'compose.yaml')
  await copyFile(fixture, join(folder, 'service.js'))
  const services = contractTopology.parts.map((part) => [
    part.name,
    {
      image: NODE_IMAGE,
      command: [NODE, '/fixture/service.js'],
      init: true,
      environment: { HOST: '0.0.0.0', PORT: String(part.preferredPort) },
      volumes: [`${folder}:/fixture:ro`],
    },
  ])
  await writeFile(file, stringify({ version: '3.8', services: Object.fromEntries(services) }))
  const cli = await findCompose({ ...process.env, DOCKER_HOST: dockerHost })
  const compose = ['-p', project, '-f', file]
  // As in the stack: the runtime has no socket, only the proxy.
  const watching = new Engine(dockerHost)
  const refused: string[] = []
  const proxy = createSocketProxy({
    socketPath: dockerHost.replace(/^unix:\/\//, ''),
    engine: watching,
    project,
    untouchable: ['docker-proxy'],
    parts: contractTopology.parts,
    onRefused: (what, why) => refused.push(`${what}: ${why}`),
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const runtime = new ComposeRuntime({
    engine: new ProxiedEngine(`tcp://127.0.0.1:${port}`),
    project,
    parts: contractTopology.parts,
    secret: () => '',
    create: (signal) => cli.run([...compose, 'up', '--no-start'], { signal }),
  })
  return {
    runtime,
    real: true,
    hang: hangFixture,
    async cleanUp() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      await watching.close()
      await cli.run([...compose, 'down', '-v', '--remove-orphans', '-t', '1'])
      await rm(folder, { recursive: true, force: true })
      expect(refused).toEqual([])
    },
  }
}

run('docker', ['image', 'inspect', NODE_IMAGE])
runtimeContract('compose', makeCompose)
