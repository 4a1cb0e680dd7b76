import { join } from 'node:path'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'

export interface LoadFigures {
  requestsPerSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Answers other than 2xx and 3xx, and requests without one. */
  failed: number
}

/**
 * Makes cached reads or inserts over `connections` connections, each request after the answer to the last; or as many users, over
 * all endpoints, who think for a second in between. It runs on this process's core, niced, so that it does not take CPU time from
 * PostgreSQL and Redis.
 */
export async function load(
  url: string,
  kind: 'read' | 'write' | 'users',
  { seconds, connections }: { seconds: number; connections: number },
): Promise<LoadFigures> {
  const script = join(packageFolder(), 'bench', 'measuring', 'wrk.lua')
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url, '--', kind]
  const { stdout } = await execa('nice', ['-n', '10', 'wrk', ...options], { timeout: (seconds + 30) * 1_000 })
  const line = stdout.split('\n').findLast((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`wrk printed no figures: ${stdout}`)
  const figures = JSON.parse(line) as Omit<LoadFigures, 'requestsPerSecond'> & { requests: number; seconds: number }
  const { requests, seconds: took, ...rest } = figures
  return { requestsPerSecond: Math.round(requests / took), ...rest }
}
