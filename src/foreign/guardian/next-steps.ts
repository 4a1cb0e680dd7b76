import type { LeftFault } from './guard.ts'

/** What a person does about faults that could not be undone. Pure. */
export function nextSteps(left: readonly LeftFault[], file: string): string[] {
  const inCluster = left.some(({ isInCluster }) => isInCluster)
  const elsewhere = left.some(({ isInCluster }) => !isInCluster)
  return [
    ...(inCluster ? [`firedrill system undo ${file} (a Job in the cluster undoes it too, as soon as it can)`] : []),
    ...(elsewhere ? ['start by hand what was stopped, and continue what was frozen (docker unpause)'] : []),
  ]
}
