import { createHash } from 'node:crypto'
import { distribution } from './distribution.ts'

/**
 * How fast this machine is during a run: the CPU time of one fixed piece of work, which limits for times and CPU are multiples of.
 * Machines differ fourfold, and one machine by half within a minute: take a sample before and after everything that is measured.
 */
export class MachineSpeed {
  readonly #samples: number[] = []

  /** Measures the reference work some times more: about half a second of CPU. */
  sample(): void {
    // The first rounds are the compiler's.
    for (let round = 0; this.#samples.length === 0 && round < WARM_UP_ROUNDS; round++) referenceWork()
    for (let round = 0; round < ROUNDS; round++) {
      const before = process.cpuUsage()
      referenceWork()
      const { user, system } = process.cpuUsage(before)
      this.#samples.push((user + system) / 1_000)
    }
  }

  /** CPU time of one piece of reference work, in milliseconds: the median of all samples. */
  get workMs(): number {
    return distribution(this.#samples).median
  }
}

const WARM_UP_ROUNDS = 5
const ROUNDS = 11
const RECORDS = 2_000

/** What services do all day: JSON there and back, sorting, a regular expression, a hash. */
export function referenceWork(): string {
  const records = Array.from({ length: RECORDS }, (_, n) => ({
    id: `item-${(n * 7_919) % RECORDS}`,
    value: 'x'.repeat(50),
    labels: { service: 'store', instance: `store-${n % 5}`, status: String(200 + (n % 4) * 100) },
  }))
  const text = JSON.stringify(records)
  const read = JSON.parse(text) as typeof records
  const failed = read.filter(({ labels }) => /^5\d\d$/.test(labels.status))
  const inOrder = [...read, ...failed].sort((a, b) => (a.id < b.id ? -1 : 1))
  return createHash('sha256').update(text).update(JSON.stringify(inOrder)).digest('hex')
}
