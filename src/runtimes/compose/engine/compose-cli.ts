import { execa } from 'execa'
import { composeErrors } from '../errors.ts'

/** Docker Compose's command line. */

/** Building images takes minutes where nothing is cached. */
const TIMEOUT_MS = 20 * 60_000
/** Lines of Compose's output in the error when it fails. `onLine` gets all of them. */
const LAST_LINES = 5

/** Docker Compose's command line: `docker compose` where it is installed, else the older `docker-compose`. */
export interface ComposeCli {
  /** For people: "docker compose 2.39.1". */
  readonly version: string
  /** Runs to its end; calls `onLine` for each line that it prints. @throws FD_COMPOSE_FAILED with the end of what it printed. */
  run(
    args: readonly string[],
    options?: { onLine?(line: string): void; signal?: AbortSignal | undefined },
  ): Promise<void>
}

/** @throws FD_COMPOSE_MISSING, when there is neither, or no engine answers. */
export async function findCompose(env: NodeJS.ProcessEnv = process.env): Promise<ComposeCli> {
  const tried: string[] = []
  for (const [program, ...first] of [['docker', 'compose'], ['docker-compose']] as [string, ...string[]][]) {
    const { exitCode, stdout, shortMessage } = await execa(program, [...first, 'version', '--short'], {
      reject: false,
      env,
    })
    if (exitCode === 0) return cli([program, ...first], stdout.trim(), env)
    tried.push(`${[program, ...first].join(' ')}: ${shortMessage ?? 'failed'}`)
  }
  throw composeErrors.error('FD_COMPOSE_MISSING', {
    message: 'Docker Compose is not there',
    expected: 'docker with its compose plugin, or docker-compose',
    given: tried.join('; '),
    next: 'install Docker, or leave --runtime out: the native runtime needs none',
  })
}

function cli([program, ...first]: [string, ...string[]], version: string, env: NodeJS.ProcessEnv): ComposeCli {
  return {
    version: `${[program, ...first].join(' ')} ${version}`,
    async run(args, { onLine, signal } = {}) {
      const last: string[] = []
      const child = execa(program, [...first, ...args], {
        env,
        all: true,
        reject: false,
        stdin: 'ignore',
        timeout: TIMEOUT_MS,
        buffer: false,
        ...(signal === undefined ? {} : { cancelSignal: signal, forceKillAfterDelay: 10_000 }),
      })
      for await (const line of child.iterable({ from: 'all' })) {
        last.push(line)
        if (last.length > LAST_LINES) last.shift()
        onLine?.(line)
      }
      const { failed, shortMessage } = await child
      signal?.throwIfAborted()
      if (!failed) return
      throw composeErrors.error('FD_COMPOSE_FAILED', {
        message: shortMessage ?? 'failed',
        given: last.join('\n            '),
        next: 'docker info shows whether the engine answers',
      })
    },
  }
}
