import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { median } from '../../src/base/median.ts'

const CLI = join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')
const RECORDER = join(packageFolder(), 'dist', 'bench', 'scaling', 'record-usage.js')
const RUNS = 3

export interface CommandCost {
  /** CPU time, in milliseconds. */
  cpuMs: number
  /** The most that was resident, in megabytes. */
  peakMegabytes: number
}

/** What a command of Firedrill takes in the median of three: CPU time and memory, which do not depend on what else this machine does. */
export async function commandCost(args: readonly string[], folder: string): Promise<CommandCost> {
  const usage = join(folder, 'usage.json')
  const costs: CommandCost[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const command = ['--import', RECORDER, CLI, ...args, '--state', folder]
    const { exitCode, stderr } = await execa(process.execPath, command, {
      env: { BENCH_USAGE: usage },
      stdout: 'ignore',
      reject: false,
    })
    if (exitCode !== 0) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${exitCode}: ${stderr}`)
    const { cpuUs, maxRssKb } = JSON.parse(await readFile(usage, 'utf8')) as { cpuUs: number; maxRssKb: number }
    costs.push({ cpuMs: cpuUs / 1_000, peakMegabytes: (maxRssKb * 1_024) / 1e6 })
  }
  await rm(usage)
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    peakMegabytes: median(costs.map(({ peakMegabytes }) => peakMegabytes)),
  }
}
