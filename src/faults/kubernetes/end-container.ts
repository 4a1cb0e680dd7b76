import { messageOf } from '../../base/errors.ts'
import { pollFor } from '../../base/wait.ts'
import type { ContainerView, PodView, WorkloadSubject } from '../workload.ts'
import { END_NODE_PROGRAM } from './end-node-program.ts'
import { type FirstProcess, readFirstProcess } from './first-process.ts'
import { type PodHands, podHands } from './pod-hands.ts'
import { LOOK_MS } from './pod-proof.ts'

/**
 * Ends a container from inside. Its first process (pid 1) is protected by the kernel: no signal of its own namespace ends it, not even
 * SIGKILL, unless it has a handler for it. So what ends it depends on what it is: a wrapper ends when its child is killed; a program
 * ends by a signal that it handles; Node ends by its own debugger, where it handles none.
 */

/** How long the end of a container may take to be seen: at once, and after a request to end in order. Milliseconds. */
const AT_ONCE_MS = 6_000
const IN_ORDER_MS = 12_000

export interface EndedContainer {
  /** Epoch milliseconds at which the container was ended; `undefined` where nothing ended it. */
  endedAtMs: number | undefined
  /** For people: what ended it, or what was tried. */
  how: string
}

/** A way to end a container; `undefined` where it does not apply. */
interface Way {
  what: string
  withinMs: number
  act(hands: PodHands): Promise<void>
}

/** @throws FD_FAULT_REFUSED, or the signal's reason, when nothing was done to the container */
export async function endContainer(
  workload: WorkloadSubject,
  { pod, container, signal }: { pod: PodView; container: ContainerView; signal: AbortSignal },
): Promise<EndedContainer> {
  const hands = await podHands(workload, { pod, container: container.name, signal })
  try {
    const first = await readFirstProcess(hands)
    const tried: string[] = []
    for (const { what, withinMs, act } of waysToEnd(first)) {
      signal.throwIfAborted()
      // A process that ends takes the program that ended it along: its failure says nothing.
      const problem = await act(hands).then(() => undefined, messageOf)
      const actedAtMs = Date.now()
      if (await hasEnded(workload, { pod, container, withinMs, signal })) return { endedAtMs: actedAtMs, how: what }
      tried.push(problem === undefined ? what : `${what} (${problem})`)
    }
    const { name } = first
    const why = tried.length === 0 ? 'it handles no signal that ends it' : `tried: ${tried.join('; ')}`
    return {
      endedAtMs: undefined,
      how: `pid 1 (${name}) of ${container.name} still runs; ${why}. The kernel protects it from signals of its own container`,
    }
  } finally {
    await hands.close()
  }
}

/** The ways for that first process, the most abrupt one first. */
export function waysToEnd({ name, children, handles }: FirstProcess): Way[] {
  const signalTo = (signal: string, withinMs: number): Way[] =>
    handles.includes(signal)
      ? [{ what: `${signal} to pid 1 (${name})`, withinMs, act: (hands) => hands.signal(1, signal) }]
      : []
  const ways: Way[] = []
  if (WRAPPERS.includes(name) && children.length > 0) {
    const what = `SIGKILL to ${children.length === 1 ? 'the child' : 'the children'} of pid 1 (${name}), pid ${children.join(', ')}`
    const act = async (hands: PodHands) => {
      for (const child of children) await hands.signal(child, 'SIGKILL')
    }
    ways.push({ what, withinMs: AT_ONCE_MS, act })
  }
  ways.push(...signalTo('SIGABRT', AT_ONCE_MS))
  if (NODE.test(name) && handles.includes('SIGUSR1')) {
    ways.push({
      what: `process.reallyExit(1) in pid 1 (${name}), by its debugger`,
      withinMs: AT_ONCE_MS,
      act: (hands) => hands.node(END_NODE_PROGRAM),
    })
  }
  return [...ways, ...signalTo('SIGTERM', IN_ORDER_MS), ...signalTo('SIGINT', IN_ORDER_MS)]
}

/** Programs that end when the program that they have started ends. */
const WRAPPERS = [
  'sh',
  'bash',
  'dash',
  'ash',
  'busybox',
  'tini',
  'dumb-init',
  'catatonit',
  'docker-init',
  'npm',
  'npm start',
]
const NODE = /^(node|nodejs|MainThread|node-MainThread)$/

async function hasEnded(
  workload: WorkloadSubject,
  {
    pod,
    container,
    withinMs,
    signal,
  }: { pod: PodView; container: ContainerView; withinMs: number; signal: AbortSignal },
): Promise<boolean> {
  const look = async () => isAnother(await workload.again(pod).catch(() => pod), container)
  return pollFor(look, { until: (ended) => ended, timeoutMs: withinMs, intervalMs: LOOK_MS, signal })
}

/** Whether the container has ended, or been started again, since it looked like that. */
export function isAnother(pod: PodView | undefined, before: ContainerView): boolean {
  const now = pod?.containers.find(({ name }) => name === before.name)
  return now === undefined || now.restarts > before.restarts || now.id !== before.id || !now.isRunning
}
