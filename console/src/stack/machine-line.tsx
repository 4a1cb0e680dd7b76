import type { UsageView } from '../../../src/api/contract.ts'
import { formatMemory } from '../format/format-usage.ts'

/** How busy the machine is, where the stack runs as processes of it. */
export function MachineLine({ usage }: { usage: UsageView | undefined }) {
  if (usage?.machine === undefined || usage.machine === null) return null
  const { cores, busyCores, memoryBytes, freeBytes } = usage.machine
  return (
    <p className="machine end">
      This machine: {busyCores.toFixed(1)} of {cores} {cores === 1 ? 'core' : 'cores'} busy,{' '}
      {formatMemory(memoryBytes - freeBytes)} of {formatMemory(memoryBytes)} used
    </p>
  )
}
