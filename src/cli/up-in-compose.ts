import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ControlClient } from '../api/client/client.ts'
import type { StackView } from '../api/contract.ts'
import { type ComposeFile, writeComposeFile } from '../api/stack-files/compose-file.ts'
import { FiredrillError } from '../base/errors.ts'
import { writeAtomically } from '../base/files/files.ts'
import { packageFolder } from '../base/files/package-folder.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { type ComposeCli, findCompose } from '../runtimes/compose/engine/compose-cli.ts'
import { Engine } from '../runtimes/compose/engine/engine.ts'
import { sweep } from '../runtimes/compose/engine/sweep.ts'
import { composeErrors } from '../runtimes/compose/errors.ts'
import { establish } from '../runtimes/native/establish.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../stack/part.ts'
import { cliErrors } from './errors.ts'

const UP_WITHIN_MS = 180_000
const GRAFANA = 'grafana'
/** What the commands on this machine need of the project's secrets. */
const KEPT: readonly SecretName[] = ['control', 'prometheus', 'alertmanager', 'grafana']

export interface UpInComposeOptions {
  signal: AbortSignal
  /** Told what Compose prints, and what is waited for. */
  say(text: string): void
}

/**
 * `docker compose up -d --build` with the compose.yaml that ships, until control says that the stack is up. Its address and
 * secrets are kept in the state folder, so that every other command finds it as it finds a native one.
 */
export async function upInCompose(folder: StateFolder, { signal, say }: UpInComposeOptions): Promise<StackView> {
  const cli = await findCompose()
  const stack: ComposeFile = {
    project: process.env.COMPOSE_PROJECT_NAME ?? 'firedrill',
    file: join(sourcesFolder(), 'compose.yaml'),
    url: `http://127.0.0.1:${process.env.CONSOLE_PORT ?? 8080}`,
  }
  say(`${cli.version}, project ${stack.project}`)
  await establish(folder)
  // First, so that `down` also removes what an `up` that fails has left.
  await writeComposeFile(folder, stack)
  await compose(cli, stack, ['up', '-d', '--build', ...(await servicesToStart(stack.file))], { signal, say })
  const view = await waitUntil(
    async () => {
      const seen = await new ControlClient(stack.url).stack()
      return seen.state === 'up' ? done(seen) : notYet(stillAilingOf(seen))
    },
    { what: 'the stack in the containers to be up', timeoutMs: UP_WITHIN_MS, intervalMs: 500, signal },
  )
  for (const name of KEPT) {
    await writeAtomically(folder.secretFile(name), await readSecret(cli, stack, name, signal), 0o600)
  }
  return view
}

/**
 * None, which means all of them; or all but Grafana, by name. (`--scale grafana=0` starts none either, and yet Compose pulls
 * its image.)
 */
async function servicesToStart(file: string): Promise<string[]> {
  if (process.env.FIREDRILL_WITHOUT !== GRAFANA) return []
  const { services } = parse(await readFile(file, 'utf8')) as { services: Record<string, unknown> }
  return Object.keys(services).filter((name) => name !== GRAFANA)
}

/** The image is built from the sources, which an installed package does not have. */
function sourcesFolder(): string {
  const folder = packageFolder()
  if (existsSync(join(folder, 'deploy', 'Dockerfile'))) return folder
  throw cliErrors.error('FD_COMPOSE_NO_SOURCES', {
    message: 'the image of the services cannot be built here',
    where: folder,
    expected: 'a clone of Firedrill, with deploy/Dockerfile',
    given: 'a package without its sources',
    next: 'clone the repository and run `firedrill up --runtime compose` there, or leave --runtime out',
  })
}

/**
 * Stops and removes the project's containers and networks; with `volumes` also what they keep. A network that nobody is in and
 * that the engine keeps nevertheless is told, and no failure. @throws FD_COMPOSE_FAILED, FD_COMPOSE_IN_USE
 */
export async function downInCompose(
  stack: ComposeFile,
  volumes: boolean,
  { signal, say }: UpInComposeOptions,
): Promise<void> {
  try {
    await compose(await findCompose(), stack, ['down', ...(volumes ? ['-v'] : [])], { signal, say })
  } catch (error) {
    if (!(error instanceof FiredrillError) || error.code !== 'FD_COMPOSE_FAILED') throw error
    const engine = new Engine(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock')
    const { used, empty } = await sweep(engine, stack.project, volumes)
      .catch(() => {
        throw error
      })
      .finally(() => engine.close())
    for (const name of empty) {
      say(
        `left the empty network ${name}: the engine miscounts its members; \`docker network rm ${name}\` once it restarted`,
      )
    }
    if (used.length > 0) {
      throw composeErrors.error('FD_COMPOSE_IN_USE', {
        message: `containers that are not the stack's are in its network ${used.join(', ')}`,
        where: `project ${stack.project}`,
        next: `docker network inspect ${used[0]} names them; disconnect them and run firedrill down again`,
        cause: error,
      })
    }
  }
}

function compose(cli: ComposeCli, { project, file }: ComposeFile, args: string[], { signal, say }: UpInComposeOptions) {
  return cli.run(['-p', project, '-f', file, ...args], { signal, onLine: say })
}

async function readSecret(
  cli: ComposeCli,
  { project, file }: ComposeFile,
  name: SecretName,
  signal: AbortSignal,
): Promise<string> {
  const lines: string[] = []
  const path = `/var/lib/firedrill/control/secrets/${name}`
  await cli.run(['-p', project, '-f', file, 'exec', '-T', 'control', 'cat', path], {
    signal,
    onLine: (line) => lines.push(line),
  })
  return lines.join('').trim()
}

function stillAilingOf({ services }: StackView): string {
  const ailing = services.flatMap(({ replicas }) => replicas.filter(({ state }) => state !== 'healthy'))
  return ailing.length === 0
    ? 'waiting for the first scrape of every target'
    : ailing.map(({ id, state }) => `${id} ${state}`).join(', ')
}
