/**
 * Runs every benchmark, one after the other, and prints one table: what, ours, peer, ratio, limit. Every limit is a ratio to something
 * that was measured in the same run, or a count, so that it holds on a slow machine as on a fast one. With `--quick` everything is
 * shortened, and the recorded figures of bench/results.json stay.
 *
 *   npm run bench:all -- [--quick] [--only services,proxy]
 *
 * Exit code: 0 within all limits, 1 over a limit or a benchmark that broke down. What is not installed is named and not counted.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { benchmarks } from './benchmarks.ts'
import { type Check, tableOf } from './measuring/checks.ts'
import { readResults } from './measuring/finish.ts'
import { NOT_MEASURED } from './measuring/needed.ts'
import { print } from './measuring/print.ts'

type Name = keyof typeof benchmarks

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } })
const names = Object.keys(benchmarks) as Name[]
const unknown = values.only?.split(',').filter((name) => !names.includes(name as Name)) ?? []
if (unknown.length > 0) {
  print(`no benchmark is called ${unknown.join(', ')}: there are ${names.join(', ')}`)
  process.exit(1)
}
const folder = await mkdtemp(join(tmpdir(), 'fd-bench-all-'))
const rows: (Check & { name: string })[] = []
const notMeasured: string[] = []
const broken: string[] = []
try {
  for (const name of names) {
    if (values.only !== undefined && !values.only.split(',').includes(name)) continue
    print(`\n== ${name}`)
    const checks = await run(name)
    if (checks === 'not measured') notMeasured.push(name)
    else if (checks === 'broken') broken.push(name)
    else rows.push(...checks.map((check) => ({ name, ...check })))
  }
} finally {
  await rm(folder, { recursive: true })
}
for (const line of ['', ...tableOf(rows)]) print(line)
if (notMeasured.length > 0) print(`not measured on this machine: ${notMeasured.join(', ')}`)
if (broken.length > 0) print(`BROKE DOWN: ${broken.join(', ')}`)
const over = rows.filter(({ holds }) => !holds)
print(over.length === 0 ? 'within all limits' : `OVER ${over.length} LIMITS`)
process.exitCode = over.length + broken.length === 0 ? 0 : 1

/** Runs one benchmark in a process of its own and returns the checks that it has kept. */
async function run(name: Name): Promise<readonly Check[] | 'not measured' | 'broken'> {
  const { program, quick } = benchmarks[name]
  const results = values.quick ? join(folder, 'results.json') : join(packageFolder(), 'bench', 'results.json')
  const startedMs = Date.now()
  const args = [join(packageFolder(), 'dist', 'bench', `${program}.js`), ...(values.quick ? quick : [])]
  const env = { BENCH_RESULTS: results }
  const { exitCode } = await execa(process.execPath, args, { env, stdio: 'inherit', reject: false })
  if (exitCode === NOT_MEASURED) return 'not measured'
  const result = (await readResults(results))[name]
  // An older result is that of another run: this one has ended without any.
  return result?.checks === undefined || Date.parse(result.measuredAt) < startedMs ? 'broken' : result.checks
}
