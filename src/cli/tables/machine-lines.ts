import { basename } from 'node:path'
import type { Drill } from '../../drills/file/drill.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { faults } from '../../faults/faults.ts'

/** What the drills do to this machine itself, and to all that runs on it: a line a fault. */
export function machineLines(drills: readonly Pick<Drill, 'file' | 'method'>[]): string[] {
  const byFault = new Map<string, { machine: string; names: Set<string> }>()
  for (const { file, method } of drills) {
    for (const step of method) {
      const { machine } = step.kind === 'fault' ? (faults[step.fault] as Pick<FaultDefinition, 'machine'>) : {}
      if (step.kind !== 'fault' || machine === undefined) continue
      const known = byFault.get(step.fault) ?? { machine, names: new Set() }
      known.names.add(basename(file).replace(/\.ya?ml$/, ''))
      byFault.set(step.fault, known)
    }
  }
  return [...byFault.values()].map(
    ({ machine, names }) => `on this machine itself: ${machine} (${[...names].join(', ')})`,
  )
}
