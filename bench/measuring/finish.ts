import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { writeAtomically } from '../../src/base/files/files.ts'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { packageVersion } from '../../src/base/files/package-version.ts'
import { type Check, tableOf } from './checks.ts'
import { print } from './print.ts'

/** Where results go instead of bench/results.json: `bench:all --quick` leaves the recorded figures as they are. */
const ELSEWHERE = process.env.BENCH_RESULTS
const RESULTS = ELSEWHERE ?? join(packageFolder(), 'bench', 'results.json')

/**
 * Ends a benchmark: prints its table, keeps its checks and figures in bench/results.json beside those of the others, and sets the
 * exit code: 0 within all limits, 1 over one. A run that is `partial` replaces no kept figures.
 */
export async function finish(
  name: string,
  checks: readonly Check[],
  { partial = false, ...figures }: Readonly<Record<string, unknown>> & { partial?: boolean },
): Promise<void> {
  const within = checks.every(({ holds }) => holds)
  for (const line of ['', ...tableOf(checks)]) print(line)
  print(within ? 'within all limits' : 'OVER A LIMIT')
  process.exitCode = within ? 0 : 1
  if (partial && ELSEWHERE === undefined) return print('a part only: the kept figures stay as they are')
  const all = await readResults(RESULTS)
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  }
  const heading = { measuredAt: new Date().toISOString(), firedrill: packageVersion(), machine, within, checks }
  await writeAtomically(RESULTS, `${JSON.stringify({ ...all, [name]: { ...heading, ...figures } }, null, 2)}\n`)
}

export async function readResults(path: string): Promise<Record<string, Result>> {
  return JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Record<string, Result>
}

/** What every benchmark keeps; its own figures stand beside it. */
export interface Result {
  measuredAt: string
  within?: boolean
  checks?: readonly Check[]
}
