import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { writeAtomically } from '../src/base/files/files.ts'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { packageVersion } from '../src/cli/version.ts'

/** Keeps a benchmark's figures in bench/results.json, beside those of the others. */
export async function saveResults(name: string, figures: object): Promise<void> {
  const path = join(packageFolder(), 'bench', 'results.json')
  const all = JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Record<string, unknown>
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  }
  all[name] = { measuredAt: new Date().toISOString(), firedrill: packageVersion(), machine, ...figures }
  await writeAtomically(path, `${JSON.stringify(all, null, 2)}\n`)
}

export interface Distribution {
  n: number
  min: number
  median: number
  p95: number
  max: number
}

/** Of milliseconds, or of whatever the values are; rounded to a tenth. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => {
    const position = share * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(position)] ?? Number.NaN, sorted[Math.ceil(position)] ?? Number.NaN]
    return tenth(low + (high - low) * (position % 1))
  }
  return { n: sorted.length, min: at(0), median: at(0.5), p95: at(0.95), max: at(1) }
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
