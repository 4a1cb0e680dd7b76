import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { findCompose } from '../../src/runtimes/compose/engine/compose-cli.ts'
import { type ContainerDetails, Engine } from '../../src/runtimes/compose/engine/engine.ts'
import { dockerHost } from './docker.ts'
import { NODE_IMAGE } from './images.ts'

/** Answers at once, ends when it is asked to, and knows nothing of Firedrill. */
const APP = `
const { createServer } = require('node:http')
createServer((request, response) => {
  if (request.url === '/metrics') response.setHeader('content-type', 'text/plain; version=0.0.4').end('requests_total 1\\n')
  else response.end('fine')
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listens'))
process.on('SIGTERM', () => process.exit(0))
`

/** What an engine accounts to a container, as far as it is read here. */
interface Stats {
  cpu_stats: { cpu_usage: { total_usage: number } }
  memory_stats: { usage: number }
}

/** The engine, and what it accounts to a container. */
export class AccountingEngine extends Engine {
  stats(id: string): Promise<Stats> {
    return this.json('GET', `/containers/${id}/stats?stream=false&one-shot=true`)
  }
}

/** A Compose project that somebody else has written: services that listen on this machine's own network, within limits. */
export class Containers {
  readonly project = `fd-foreign-${randomBytes(4).toString('hex')}`
  readonly engine = new AccountingEngine(dockerHost)
  readonly #folder: string
  readonly #down: () => Promise<unknown>

  private constructor(folder: string, down: (project: string) => Promise<unknown>) {
    this.#folder = folder
    this.#down = () => down(this.project)
  }

  /** @param services their ports, and what their owner has written besides. */
  static async up(services: Record<string, { port: number; more?: object }>): Promise<Containers> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-foreign-'))
    const file = join(folder, 'compose.yaml')
    await writeFile(join(folder, 'app.js'), APP)
    const serviceOf = ({ port, more = {} }: { port: number; more?: object }) => ({
      image: NODE_IMAGE,
      command: ['/usr/local/bin/node', '/app/app.js'],
      network_mode: 'host',
      environment: { PORT: String(port) },
      volumes: [`${folder}:/app:ro`],
      ...more,
    })
    const named = Object.fromEntries(Object.entries(services).map(([name, one]) => [name, serviceOf(one)]))
    await writeFile(file, stringify({ version: '2.4', services: named }))
    const cli = await findCompose({ ...process.env, DOCKER_HOST: dockerHost })
    const down = (project: string) => cli.run(['-p', project, '-f', file, 'down', '-v', '-t', '1'])
    const made = new Containers(folder, down)
    await cli.run(['-p', made.project, '-f', file, 'up', '-d'])
    return made
  }

  async inspect(service: string): Promise<ContainerDetails & { RestartCount: number }> {
    const found = (await this.engine.containers(this.project)).find(
      ({ Labels }) => Labels['com.docker.compose.service'] === service,
    )
    if (found === undefined) throw new Error(`no container of ${service}`)
    return (await this.engine.inspect(found.Id)) as ContainerDetails & { RestartCount: number }
  }

  async remove(): Promise<void> {
    await this.#down()
    await this.engine.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
