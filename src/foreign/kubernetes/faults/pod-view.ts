import type { ContainerView, PodView } from '../../../faults/workload.ts'
import type { ContainerState, ContainerStatus, Pod } from '../../../kubernetes/objects.ts'
import { parseQuantity } from '../../../kubernetes/quantity.ts'
import { isEnding, isReady } from '../workload.ts'

/** A pod, as faults see it: the container that counts is its first. Pure. */
export function podView(pod: Pod, counts?: string): PodView {
  const { metadata, spec, status } = pod
  const limits = spec.containers.map(({ resources }) => parseQuantity(resources?.limits?.memory))
  return {
    name: metadata.name,
    uid: metadata.uid,
    isReady: isReady(pod),
    isEnding: isEnding(pod),
    sharesProcesses: spec.shareProcessNamespace === true || spec.hostPID === true,
    // A container without a limit leaves the pod without one.
    memoryLimitBytes: limits.some((limit) => limit === undefined)
      ? undefined
      : limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0),
    containers: [...spec.containers]
      .sort((a, b) => Number(b.name === counts) - Number(a.name === counts))
      .map(({ name }) =>
        containerView(
          name,
          status.containerStatuses?.find((found) => found.name === name),
        ),
      ),
  }
}

function containerView(name: string, status: ContainerStatus | undefined): ContainerView {
  return {
    name,
    id: status?.containerID,
    restarts: status?.restartCount ?? 0,
    isRunning: status?.state?.running !== undefined,
    waiting: status?.state?.waiting?.reason,
    ended: endText(status?.state?.terminated ?? status?.lastState?.terminated),
  }
}

/** "exit code 137, OOMKilled" */
export function endText(terminated: ContainerState['terminated']): string | undefined {
  if (terminated === undefined) return undefined
  const { exitCode, reason } = terminated
  return `exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : `, ${reason}`}`
}
