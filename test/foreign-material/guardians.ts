import { readFile } from 'node:fs/promises'
import { descendantsOf } from '../../src/base/system/process.ts'

/** The guardians of runs that this process has started. */
export async function guardians(): Promise<number[]> {
  const lines = await Promise.all(
    descendantsOf(process.pid).map(async (pid) => ({
      pid,
      line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    })),
  )
  return lines.filter(({ line }) => line.includes('guardian-main')).map(({ pid }) => pid)
}
