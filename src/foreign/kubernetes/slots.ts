import type { Pod } from '../../kubernetes/objects.ts'
import { isEnding } from './workload.ts'

/** Slots of a workload: each of its replicas is one, and is filled by one pod after the other. */

export interface Slot {
  /** Counts from 1: replica "checkout-2" is the second slot. */
  number: number
  /** Missing while no pod fills it. */
  pod?: Pod | undefined
  /** Name of the pod that filled it last. */
  lastPod?: string
}

/**
 * The slots as they are with these pods. A slot keeps its pod until that is ending; then it takes the next new one. There are as many
 * slots as replicas are desired: further pods, as during a rollout, wait until one is free, and slots that are left over go when
 * their pods do.
 */
export function fillSlots(
  before: readonly Slot[],
  { pods, desired }: { pods: readonly Pod[]; desired: number },
): Slot[] {
  const living = new Map(pods.filter((pod) => !isEnding(pod)).map((pod) => [pod.metadata.uid, pod]))
  const kept = before.map((slot): Slot => {
    const pod = slot.pod === undefined ? undefined : living.get(slot.pod.metadata.uid)
    if (pod !== undefined) living.delete(pod.metadata.uid)
    return { ...slot, pod }
  })
  const slots = withoutSpare([...kept, ...added(kept, desired)], desired)
  const waiting = [...living.values()]
  // A pod of a StatefulSet comes back under its name: into its slot.
  for (const slot of slots) take(slot, (pod) => pod.metadata.name === slot.lastPod)
  for (const slot of slots) take(slot, () => true)
  return slots

  function take(slot: Slot, isWanted: (pod: Pod) => boolean): void {
    if (slot.pod !== undefined) return
    const index = waiting.findIndex(isWanted)
    if (index < 0) return
    const [pod] = waiting.splice(index, 1)
    slot.pod = pod
    if (pod !== undefined) slot.lastPod = pod.metadata.name
  }
}

/** New slots, with the lowest numbers that are free. */
function added(slots: readonly Slot[], desired: number): Slot[] {
  const taken = new Set(slots.map(({ number }) => number))
  const fresh: Slot[] = []
  for (let number = 1; slots.length + fresh.length < desired; number += 1) {
    if (!taken.has(number)) fresh.push({ number })
  }
  return fresh
}

/** In the order of their numbers; empty ones that are too many go, the last ones first. */
function withoutSpare(slots: readonly Slot[], desired: number): Slot[] {
  const ordered = [...slots].sort((a, b) => a.number - b.number)
  for (let index = ordered.length - 1; index >= 0 && ordered.length > desired; index -= 1) {
    if (ordered[index]?.pod === undefined) ordered.splice(index, 1)
  }
  return ordered
}
