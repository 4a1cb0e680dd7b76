import { visibleLine } from '../../../base/text/visible.ts'
import type { ContainerStatus, Pod } from '../../../kubernetes/objects.ts'
import type { StackObjects, Warning } from './stack-objects.ts'

/** Why the pods of a part are not ready, a sentence each. Pure. */

/** What the kubelet says of an image that it cannot have. */
const WITHOUT_IMAGE = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]
const LONGEST = 300

type Surroundings = Pick<StackObjects, 'claims' | 'warnings'>

/** `owner`: what makes its pods. Of those that it could not make there is no pod that could say why. */
export function whyNotReady(
  { pods, owner, wanted }: { pods: readonly Pod[]; owner: Owner; wanted: number },
  around: Surroundings,
): string[] {
  const refused = latest(
    around.warnings,
    ({ involvedObject, reason }) => reason === 'FailedCreate' && makesPodsOf(owner, involvedObject),
  )
  const present = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length
  const missing = refused === undefined || present >= wanted ? [] : [`a pod is refused: ${cut(refused.message)}`]
  const waiting = pods.flatMap((pod) => {
    const why = whyPodNotReady(pod, around)
    return why === undefined ? [] : [`${pod.metadata.name}: ${why}`]
  })
  return [...new Set([...waiting, ...missing])]
}

function whyPodNotReady(pod: Pod, around: Surroundings): string | undefined {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded') return undefined
  if (isReady(pod)) return undefined
  const containers = status.containerStatuses ?? []
  const waiting = containers.find(({ state }) => state?.waiting?.reason !== undefined)
  if (waiting !== undefined && waiting.state?.waiting?.reason !== 'ContainerCreating') return ofContainer(waiting, pod)
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False') return whyNoNode(pod, scheduled.message ?? scheduled.reason ?? '', around)
  if (status.phase === 'Failed') return `it failed: ${cut(status.message ?? status.reason)}`
  const warning = latest(
    around.warnings,
    ({ involvedObject: { kind, name } }) => kind === 'Pod' && name === metadata.name,
  )
  const said = warning === undefined ? '' : `: ${cut(warning.message)}`
  return containers.some(({ state }) => state?.running !== undefined)
    ? `it runs, and is not ready${said}`
    : `it does not run yet${said}`
}

function ofContainer({ name, state, lastState }: ContainerStatus, { spec }: Pod): string {
  const { reason = '', message } = state?.waiting ?? {}
  if (WITHOUT_IMAGE.includes(reason)) {
    const image = spec.containers.find((container) => container.name === name)?.image
    return `its image ${image} cannot be fetched (${reason}: ${cut(message)})`
  }
  const ended = lastState?.terminated
  if (reason === 'CrashLoopBackOff' && ended !== undefined) {
    return `its program ends again and again (exit code ${ended.exitCode}${ended.reason === undefined ? '' : `, ${ended.reason}`})`
  }
  return `${reason}: ${cut(message)}`
}

/** It has no node: too little room on them, or a volume that nobody provides. */
function whyNoNode(pod: Pod, message: string, { claims, warnings }: Surroundings): string {
  const own = claims.filter(({ metadata, status }) => status.phase === 'Pending' && isClaimOf(metadata.name, pod))
  const [unbound] = own
  if (unbound === undefined) return `no node takes it: ${cut(message)}`
  const { name } = unbound.metadata
  if (unbound.spec.storageClassName === undefined) {
    return `its volume ${name} has no StorageClass: the cluster has no default one`
  }
  const said = latest(warnings, ({ involvedObject }) => involvedObject.name === name)
  return `its volume ${name} of StorageClass ${unbound.spec.storageClassName} is not there: ${cut(said?.message ?? message)}`
}

/** Claims of a StatefulSet are named after the volume and the pod. */
function isClaimOf(name: string, { metadata }: Pod): boolean {
  return name.endsWith(`-${metadata.name}`)
}

interface Owner {
  kind: string
  name: string
}

/** A Deployment makes its pods by a ReplicaSet that is named after it. */
function makesPodsOf(owner: Owner, { kind, name }: Warning['involvedObject']): boolean {
  if (owner.kind !== 'deployment') return kind.toLowerCase() === owner.kind && name === owner.name
  return kind === 'ReplicaSet' && name.startsWith(`${owner.name}-`) && !name.slice(owner.name.length + 1).includes('-')
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: met }) => type === 'Ready' && met === 'True') ?? false
}

function latest(warnings: readonly Warning[], is: (warning: Warning) => boolean): Warning | undefined {
  return warnings.findLast(is)
}

function cut(text = 'no reason is given'): string {
  const line = visibleLine(text.trim())
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
