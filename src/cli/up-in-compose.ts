import { join } from 'node:path'
import { ControlClient } from '../api/client.ts'
import { type ComposeFile, writeComposeFile } from '../api/compose-file.ts'
import type { StackView } from '../api/contract.ts'
import { writeAtomically } from '../base/files.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { type ComposeCli, findCompose } from '../runtimes/compose/compose-cli.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'
import { packageFolder } from './version.ts'

const UP_WITHIN_MS = 180_000
const GRAFANA = 'grafana'

export interface UpInComposeOptions {
  signal: AbortSignal
  /** Told what Compose prints, and what is waited for. */
  say(text: string): void
}

/**
 * `docker compose up -d --build` with the compose.yaml that ships, until control says that the stack is up. Its address and
 * token are kept in the state folder, so that every other command finds it as it finds a native one.
 */
export async function upInCompose(folder: StateFolder, { signal, say }: UpInComposeOptions): Promise<StackView> {
  const cli = await findCompose()
  const stack: ComposeFile = {
    project: process.env.COMPOSE_PROJECT_NAME ?? 'firedrill',
    file: join(packageFolder(), 'compose.yaml'),
    url: `http://127.0.0.1:${process.env.CONSOLE_PORT ?? 8080}`,
  }
  say(`${cli.version}, project ${stack.project}`)
  const left = process.env.FIREDRILL_WITHOUT === GRAFANA ? ['--scale', `${GRAFANA}=0`] : []
  await compose(cli, stack, ['up', '-d', '--build', ...left], { signal, say })
  await writeComposeFile(folder, stack)
  const view = await waitUntil(
    async () => {
      const seen = await new ControlClient(stack.url).stack()
      return seen.state === 'up' ? done(seen) : notYet(stillAilingOf(seen))
    },
    { what: 'the stack in the containers to be up', timeoutMs: UP_WITHIN_MS, intervalMs: 500, signal },
  )
  await writeAtomically(folder.secretFile('control'), await readToken(cli, stack, signal), 0o600)
  return view
}

/** Stops and removes the project's containers and networks; with `volumes` also what they keep. */
export async function downInCompose(
  stack: ComposeFile,
  volumes: boolean,
  { signal, say }: UpInComposeOptions,
): Promise<void> {
  await compose(await findCompose(), stack, ['down', ...(volumes ? ['-v'] : [])], { signal, say })
}

function compose(cli: ComposeCli, { project, file }: ComposeFile, args: string[], { signal, say }: UpInComposeOptions) {
  return cli.run(['-p', project, '-f', file, ...args], { signal, onLine: say })
}

async function readToken(cli: ComposeCli, { project, file }: ComposeFile, signal: AbortSignal): Promise<string> {
  const lines: string[] = []
  const path = '/var/lib/firedrill/control/secrets/control'
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
