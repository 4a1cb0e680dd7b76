import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { FiredrillError } from '../../base/errors.ts'
import { writeAtomically } from '../../base/files/files.ts'
import { packageFolder } from '../../base/files/package-folder.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { type ComposeCli, findCompose } from '../../runtimes/compose/engine/compose-cli.ts'
import { Engine } from '../../runtimes/compose/engine/engine.ts'
import { sweep } from '../../runtimes/compose/engine/sweep.ts'
import { composeErrors } from '../../runtimes/compose/errors.ts'
import { establish } from '../../runtimes/native/establish.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../../stack/part.ts'
import { ControlClient } from '../client/client.ts'
import type { StackView } from '../contract.ts'
import { type ComposeFile, writeComposeFile } from '../stack-files/compose-file.ts'
import { refuseBesideCluster } from '../stack-files/kubernetes-file.ts'

/** Starts and stops a stack in the containers of Docker Compose. */

const UP_WITHIN_MS = 180_000
const GRAFANA = 'grafana'
/** The secrets of the project that the commands on this machine need. */
const KEPT: readonly SecretName[] = ['control', 'prometheus', 'alertmanager', 'grafana']

export interface UpInComposeOptions {
  signal: AbortSignal
  /** Called with what Compose prints, and what is waited for. */
  onLine(text: string): void
}

/**
 * `docker compose up -d --build` with the compose.yaml that ships, until control says that the stack is up. Its address and
 * secrets are kept in the state folder, so that every other command finds it as it finds a native one.
 */
export async function upInCompose(folder: StateFolder, { signal, onLine }: UpInComposeOptions): Promise<StackView> {
  const cli = await findCompose()
  const stack: ComposeFile = {
    project: process.env.COMPOSE_PROJECT_NAME ?? 'firedrill',
    file: join(sourcesFolder(), 'compose.yaml'),
    url: `http://127.0.0.1:${process.env.CONSOLE_PORT ?? 8080}`,
  }
  onLine(`${cli.version}, project ${stack.project}`)
  await establish(folder)
  refuseBesideCluster(folder)
  // First, so that `down` also removes what an `up` that fails has left.
  await writeComposeFile(folder, stack)
  await runCompose({ cli, stack, signal, onLine }, ['up', '-d', '--build', ...(await servicesToStart(stack.file))])
  const view = await waitUntil(
    async () => {
      const seen = await new ControlClient(stack.url).stack()
      return seen.state === 'up' ? done(seen) : notYet(unhealthyText(seen))
    },
    { what: 'the stack in the containers to be up', timeoutMs: UP_WITHIN_MS, intervalMs: 500, signal },
  )
  for (const name of KEPT) {
    await writeAtomically(folder.secretFile(name), await readSecret({ cli, stack, signal }, name), 0o600)
  }
  return view
}

/**
 * An empty list means all services; without Grafana, all others by name. (`--scale grafana=0` does not start it either, but
 * Compose still pulls its image.)
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
  throw composeErrors.error('FD_COMPOSE_NO_SOURCES', {
    message: 'the image of the services cannot be built here',
    where: folder,
    expected: 'a clone of Firedrill, with deploy/Dockerfile',
    given: 'a package without its sources',
    next: 'clone the repository and run `firedrill up --runtime compose` there, or leave --runtime out',
  })
}

/**
 * Stops and removes the project's containers and networks; with `volumes` also their data. A network that has no members and
 * that the engine keeps nevertheless is reported, and is not a failure. @throws FD_COMPOSE_FAILED, FD_COMPOSE_IN_USE
 */
export async function downInCompose(
  stack: ComposeFile,
  { volumes, signal, onLine }: UpInComposeOptions & { volumes: boolean },
): Promise<void> {
  try {
    await runCompose({ cli: await findCompose(), stack, signal, onLine }, ['down', ...(volumes ? ['-v'] : [])])
  } catch (error) {
    if (!(error instanceof FiredrillError) || error.code !== 'FD_COMPOSE_FAILED') throw error
    const engine = new Engine(process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock')
    const { used, empty } = await sweep(engine, stack.project, volumes)
      .catch(() => {
        throw error
      })
      .finally(() => engine.close())
    for (const name of empty) {
      onLine(
        `left the empty network ${name}: the engine miscounts its members; \`docker network rm ${name}\` once it restarted`,
      )
    }
    if (used.length > 0) {
      throw composeErrors.error('FD_COMPOSE_IN_USE', {
        message: `containers of others are in the network of the stack: ${used.join(', ')}`,
        where: `project ${stack.project}`,
        next: `docker network inspect ${used[0]} names them; disconnect them and run firedrill down again`,
        cause: error,
      })
    }
  }
}

interface ComposeProject {
  cli: ComposeCli
  stack: ComposeFile
}

function runCompose({ cli, stack, signal, onLine }: ComposeProject & UpInComposeOptions, args: string[]) {
  return cli.run(['-p', stack.project, '-f', stack.file, ...args], { signal, onLine })
}

async function readSecret(
  project: ComposeProject & Pick<UpInComposeOptions, 'signal'>,
  name: SecretName,
): Promise<string> {
  const lines: string[] = []
  const path = `/var/lib/firedrill/control/secrets/${name}`
  await runCompose({ ...project, onLine: (line) => lines.push(line) }, ['exec', '-T', 'control', 'cat', path])
  return lines.join('').trim()
}

function unhealthyText({ services }: StackView): string {
  const unhealthy = services.flatMap(({ replicas }) => replicas.filter(({ state }) => state !== 'healthy'))
  return unhealthy.length === 0
    ? 'waiting for the first scrape of every target'
    : unhealthy.map(({ id, state }) => `${id} ${state}`).join(', ')
}
