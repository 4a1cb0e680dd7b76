import { isIPv4 } from 'node:net'
import { readListenAddress } from '../../base/http/listen-address.ts'
import type { WorkersPlace } from '../../workflows/load-workers.ts'

/** Where a worker listens when nobody says so, and by which port one is found. */
export const WORKER_PLACE = '127.0.0.1:9292'
const WORKER_PORT = 9292
export const WORKER_TOKEN = 'FIREDRILL_WORKER_TOKEN'

/** Options that say who carries a load. */
export interface WorkerFlags {
  /** Threads, hosts, or pods: "2", "10.0.0.7,load2:9000", "kubernetes:4". */
  workers: string
  workerImage?: string
  workerCpu: string
  context?: string
  namespace: string
  tokenFrom: string
}

/** Who carries a load: threads of this process, or workers. What is wrong is added to `problems`. */
export function readWorkers(
  flags: WorkerFlags,
  problems: string[],
): { threads: number; workers: WorkersPlace | undefined } {
  const { workers: text } = flags
  const [, pods] = /^kubernetes:(.*)$/s.exec(text) ?? []
  if (pods === undefined) refuseClusterOptions(flags, problems)
  if (pods !== undefined) return { threads: 1, workers: readPods(pods, flags, problems) }
  if (/^[-+\d.]*$/.test(text) && !isIPv4(text)) {
    const threads = Number(text)
    if (!/^\d+$/.test(text) || threads < 1 || threads > MOST_THREADS) problems.push(`${FORMS}, not "${text}"`)
    return { threads, workers: undefined }
  }
  const hosts = text.split(',').map((one) => one.trim())
  const places = hosts.flatMap((name) => {
    const address = readListenAddress(/:\d+$/.test(name) ? name : `${name}:${WORKER_PORT}`)
    return address === undefined || address.port === 0 ? [] : [{ name, address }]
  })
  if (places.length < hosts.length) problems.push(`${FORMS}, not "${text}"`)
  const plain = places.map(({ address }) => `${address.host}:${address.port}`)
  const twice = plain.find((one, index) => plain.indexOf(one) < index)
  if (twice !== undefined) problems.push(`--workers names ${twice} twice`)
  if (places.length > MOST_WORKERS)
    problems.push(`--workers names at most ${MOST_WORKERS} workers, not ${places.length}`)
  return { threads: 1, workers: { kind: 'hosts', hosts: places, tokenFrom: flags.tokenFrom } }
}

const MOST_THREADS = 64
const MOST_WORKERS = 100
const FORMS = `--workers is a number of threads from 1 to ${MOST_THREADS}, a list of hosts (host1:${WORKER_PORT},host2:${WORKER_PORT}) or kubernetes:4`

function readPods(text: string, flags: WorkerFlags, problems: string[]): WorkersPlace {
  const { workerImage: image = '', workerCpu: cpu, context, namespace } = flags
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_WORKERS) {
    problems.push(`--workers kubernetes:N has from 1 to ${MOST_WORKERS} pods, not "${text}"`)
  }
  if (image.trim() === '')
    problems.push('--workers kubernetes:N needs --worker-image, an image of Firedrill that the cluster can fetch')
  if (!/^\d+(?:\.\d+)?$|^\d+m$/.test(cpu))
    problems.push(`--worker-cpu is an amount of CPU, such as 1 or 500m, not "${cpu}"`)
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
    problems.push(`--namespace is the name of a namespace, not "${namespace}"`)
  }
  return { kind: 'kubernetes', count, image, cpu, namespace, context }
}

function refuseClusterOptions({ workerImage, context }: WorkerFlags, problems: string[]): void {
  const names = [
    ...(workerImage === undefined ? [] : ['--worker-image']),
    ...(context === undefined ? [] : ['--context']),
  ]
  if (names.length > 0) problems.push(`${names.join(' and ')} goes with --workers kubernetes:N`)
}
