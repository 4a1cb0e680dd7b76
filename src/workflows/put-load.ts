import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { openLoadFeed } from '../api/client/load-feed.ts'
import { fileLimits, readUserFile } from '../base/files/user-file.ts'
import { checkUserOutput } from '../base/files/user-output.ts'
import { usageErrors } from '../base/usage-errors.ts'
import { readJourney } from '../load/journey/read-journey.ts'
import type { Plan } from '../load/plan.ts'
import { loadId } from '../load/result/load-id.ts'
import type { LoadResult, LoadState } from '../load/result/result.ts'
import { readThresholds } from '../load/result/thresholds.ts'
import { runLoad } from '../load/run-load.ts'
import { writeLoadReport } from '../reporters/load/write-load-report.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { openWorkers, type WorkersPlace } from './load-workers.ts'

/**
 * Puts load on a URL or on the stack that is up, sends its figures to that stack, and writes the report.
 * @throws FD_USAGE and errors of the load's files before anything is sent
 */
export async function putLoad(
  request: LoadRequest,
  context: LoadContext,
): Promise<{ result: LoadResult; out: string }> {
  const { folder, signal } = context
  const { target, journey: name, ca: caFile, allowRemote, insecure, workers: place, ...run } = request
  const thresholds = readThresholds(run.thresholds)
  const journey = await readJourney(name)
  const origins = target === undefined ? await stackOrigins(folder, journey.service) : [target]
  const [first, ...others] = origins
  if (first === undefined) throw new Error('a load has a target')
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile)
  if (run.out !== undefined) await checkUserOutput(join(run.out, 'result.json'))
  const feed = await openLoadFeed(folder, origins)
  if (place?.kind === 'kubernetes') context.onWait?.(`${place.count} workers start in ${place.namespace}`)
  const { durationMs } = run
  const workers = place && (await openWorkers(place, { journey: name, origins, durationMs, folder, signal }))
  context.onBegin(first)
  const load = runLoad({
    ...run,
    threads: workers?.group.threads ?? run.threads,
    group: workers?.group,
    thresholds,
    journey: name,
    origins: [first, ...others],
    graceMs: GRACE_MS,
    network: { allowRemote, insecure, ca },
    signal,
    onState: (state) => {
      feed.send(state, false)
      context.onState(state)
    },
  })
  const result = await load.finally(() => workers?.close())
  feed.send(result, true)
  const out = run.out ?? join(folder.loads, loadId({ startedAtMs: result.startedAtMs, journey: name }))
  await writeLoadReport(out, result)
  await feed.close()
  return { result, out }
}

const GRACE_MS = 5_000

export interface LoadRequest {
  /** Origin of a URL; without it, every replica of the journey's service in the stack that is up. */
  target?: string | undefined
  journey: string
  plan: Plan
  durationMs: number
  timeoutMs: number
  /** Of this process; with workers, those that they have. */
  threads: number
  /** Workers that carry the load; without them this process does. */
  workers?: WorkersPlace | undefined
  seed: number
  /** As texts: "p95<200ms". */
  thresholds: readonly string[]
  abortOnFail: boolean
  allowRemote: boolean
  insecure: boolean
  /** File of the certificates that are trusted. */
  ca?: string | undefined
  /** Folder of the report; by default one of the state folder. */
  out?: string | undefined
}

export interface LoadContext {
  folder: StateFolder
  signal: AbortSignal
  /** Everything has been checked: users start. */
  onBegin(origin: string): void
  /** Something is waited for that takes a while. */
  onWait?(text: string): void
  onState(state: LoadState): void
}

/** Every replica of the journey's service. @throws FD_USAGE */
async function stackOrigins(folder: StateFolder, service: string | undefined): Promise<string[]> {
  if (service === undefined) {
    throw usageErrors.error('FD_USAGE', {
      message: 'the journey names no service of the stack',
      where: '--journey',
      expected: 'a target URL, or a journey with a `service`',
    })
  }
  const { connectControl } = await import('../api/client/connect-control.ts')
  const stack = await (await connectControl(folder)).stack()
  const replicas = stack.services.find(({ name }) => name === service)?.replicas ?? []
  if (replicas.length > 0) return replicas.map(({ address }) => `http://${address.host}:${address.port}`)
  throw usageErrors.error('FD_USAGE', {
    message: `the stack has no replica of ${service}, which the journey wants`,
    where: '--journey',
    expected: `one of ${stack.services.map(({ name }) => name).join(', ')}`,
  })
}

/** @throws FD_USAGE when the file holds no certificate: then none would be trusted, and each request would fail. */
async function readAuthorities(file: string): Promise<string> {
  const pem = await readUserFile(file, { maxBytes: fileLimits.written })
  try {
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw usageErrors.error('FD_USAGE', {
      message: 'this file holds no certificate',
      where: '--ca',
      expected: 'certificates in PEM: -----BEGIN CERTIFICATE-----',
      cause,
    })
  }
}
