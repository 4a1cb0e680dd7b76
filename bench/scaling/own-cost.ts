import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { median } from '../../src/base/median.ts'

/** What work in this process costs it. */

/** CPU time of one piece of work in milliseconds, in the median of some. The first ones are the compiler's. */
export async function cpuMsOf(work: () => unknown, { rounds = 7, warmUp = 3 } = {}): Promise<number> {
  const times: number[] = []
  for (let round = -warmUp; round < rounds; round += 1) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) times.push((user + system) / 1_000)
  }
  return median(times)
}

/** The heap in use, in megabytes, after all that nobody needs was collected. */
export function keptMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1e6
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
