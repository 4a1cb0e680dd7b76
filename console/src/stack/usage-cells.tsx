import type { UsageView } from '../../../src/api/contract.ts'
import { formatCpu, formatMemory } from '../format/format-usage.ts'

/** The cells of a replica's CPU, memory and last scrape. */
export function UsageCells({ replica, usage }: { replica: string; usage: UsageView | undefined }) {
  const used = usage?.replicas.find((one) => one.replica === replica)
  const { cpuCores = null, memoryBytes = null, up = null } = used ?? {}
  return (
    <>
      <td className="number">
        {cpuCores === null ? '–' : formatCpu(cpuCores)}
        {cpuCores !== null && (
          <span className="bar" aria-hidden="true">
            <span style={{ width: `${Math.min(100, cpuCores * 100)}%` }} data-high={cpuCores > 0.8 || undefined} />
          </span>
        )}
      </td>
      <td className="number">{memoryBytes === null ? '–' : formatMemory(memoryBytes)}</td>
      <td data-from="wide">{up === null ? '–' : <span data-tone={up ? 'good' : 'bad'}>{up ? 'up' : 'down'}</span>}</td>
    </>
  )
}
