import type { Command } from 'commander'
import { readListenAddress } from '../../base/http/listen-address.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { WORKER_PLACE, WORKER_TOKEN } from '../arguments/load-workers.ts'
import { type CommandContext, readContext } from '../command.ts'
import { note, print } from '../terminal/output.ts'

export function addLoadWorker(load: Command, signal: AbortSignal): void {
  const worker = load.command('worker')
  worker
    .summary('carry a part of loads that are put from elsewhere')
    .description(
      'Waits for `firedrill load --workers`, on this machine or another one, and carries a part of its load; for one load at a time.\nRuns the journeys that it is sent, with your rights: who has its token can run programs here. Ctrl-C ends it.',
    )
    .option('--listen <host:port>', 'address and port to listen at', WORKER_PLACE)
    .option('--threads <n>', 'threads, each of which can fill a core', '1')
    .option('--allow-remote', 'load targets that are not on this machine, where the load allows it as well', false)
    .option('--token-from <variable>', 'environment variable that holds the token', WORKER_TOKEN)
    .option('--once', 'end when a load is over', false)
    .addHelpText('after', HELP)
    // Options that `firedrill load` has, too, are read by it.
    .action(() => run(worker.optsWithGlobals<WorkerFlags>(), readContext(worker, signal)))
}

const HELP = `
The token is at least 16 letters and digits, the same for all workers and for firedrill load. Without the variable it is
made in the state folder, where a load on this machine with the same state folder finds it. It never travels, and nothing
is taken from those who have not got it; what is sent is signed, not secret.

  export ${WORKER_TOKEN}=$(openssl rand -hex 24)
  firedrill load worker --listen 10.0.0.7:9292 --threads 4 --allow-remote
`

interface WorkerFlags {
  listen: string
  threads: string
  allowRemote: boolean
  tokenFrom: string
  once: boolean
}

async function run(flags: WorkerFlags, context: CommandContext): Promise<void> {
  const { listen, threads } = readFlags(flags)
  const [{ startWorker }, { threadShard }] = await Promise.all([
    import('../../load/workers/worker-server.ts'),
    import('../../load/shard/thread-shard.ts'),
  ])
  const { token, from } = await readToken(flags.tokenFrom, context)
  const over = new AbortController()
  const worker = await startWorker({
    listen,
    token,
    threads,
    allowRemote: flags.allowRemote,
    startShard: threadShard,
    onChange: note,
    onFree: () => flags.once && over.abort(),
  })
  note(`a worker for loads, with ${threads} thread${threads === 1 ? '' : 's'} and the token of ${from}`)
  print(context.json ? JSON.stringify({ listen: worker.place }) : `listens at ${worker.place}`)
  const ending = AbortSignal.any([context.signal, over.signal])
  if (!ending.aborted)
    await new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve(), { once: true }))
  await worker.close()
}

/** Of the environment; without it, of the state folder. @throws FD_LOAD_WORKER_TOKEN and errors of the state folder */
async function readToken(variable: string, context: CommandContext): Promise<{ token: string; from: string }> {
  const { workerToken } = await import('../../load/workers/worker-token.ts')
  const { env } = process
  if (env[variable]) return workerToken({ variable, env, file: '', create: false })
  const { establish } = await import('../../runtimes/native/establish.ts')
  await establish(context.folder)
  return workerToken({ variable, env, file: context.folder.workerToken, create: true })
}

/** @throws FD_USAGE with everything that is wrong at once */
function readFlags(flags: WorkerFlags) {
  const listen = readListenAddress(flags.listen)
  const threads = Number(flags.threads)
  const problems: string[] = []
  if (listen === undefined)
    problems.push(`--listen is an address and a port, such as ${WORKER_PLACE}, not "${flags.listen}"`)
  if (!/^\d+$/.test(flags.threads) || threads < 1 || threads > MOST_THREADS) {
    problems.push(`--threads is a whole number from 1 to ${MOST_THREADS}, not "${flags.threads}"`)
  }
  if (listen !== undefined && problems.length === 0) return { listen, threads }
  throw usageErrors.error('FD_USAGE', { message: problems.join('; '), next: 'firedrill load worker --help' })
}

const MOST_THREADS = 64
