import { randomUUID } from 'node:crypto'
import { defined } from '../../../base/defined.ts'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { PodProgram, PodView, PodWork } from '../../../faults/workload.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import type { Pod } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { framed, REPORT, STOP_FILE } from './frame-program.ts'
import { endText } from './pod-view.ts'

/** Runs programs of ours in ephemeral containers of pods. */

const REPORTS_WITHIN_MS = 90_000
const ENDS_WITHIN_MS = 10_000
const LOOK_MS = 300

/**
 * Starts a program in an ephemeral container, and waits for its first report.
 * @throws FD_FAULT_REFUSED when it does not start; the signal's reason
 */
export async function runInPod(
  { cluster, namespace, image }: { cluster: Cluster; namespace: string; image: string },
  pod: PodView,
  work: PodWork,
): Promise<PodProgram> {
  const { program, data, forMs, signal, sees } = work
  signal.throwIfAborted()
  const container = `firedrill-${randomUUID().slice(0, 8)}`
  const place = { cluster, namespace, pod, container }
  const added = {
    name: container,
    image,
    command: ['node', '-e', framed(program)],
    env: [{ name: 'FIREDRILL_DATA', value: JSON.stringify({ ...data, forMs }) }],
    ...(sees === undefined ? {} : { targetContainerName: sees }),
  }
  await addEphemeral(place, { added, security: await securityOf(place, sees) })
  try {
    const firstReport = await firstReportOf(place, image, signal)
    return { container, begunAtMs: Date.now(), firstReport, ended: () => ended(place), end: () => end(place) }
  } catch (error) {
    await end(place).catch(() => undefined)
    throw error
  }
}

interface ProgramPlace {
  cluster: Cluster
  namespace: string
  pod: PodView
  container: string
}

/**
 * What the profile `restricted` of Pod Security asks of a container. One that sees the processes of another must be able to signal them: it
 * runs as the user of that one, and where only the image says who that is, as its own image and the pod have it.
 */
const LOCKED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 65_534,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const

async function securityOf({ cluster, namespace, pod }: ProgramPlace, sees: string | undefined): Promise<object> {
  if (sees === undefined) return { securityContext: LOCKED }
  const { spec } = await cluster.request<Pod>({ path: resourcePath({ namespace, resource: 'pods', name: pod.name }) })
  const own = spec.containers.find(({ name }) => name === sees)?.securityContext
  const { runAsUser, runAsGroup } = { ...spec.securityContext, ...own }
  if (runAsUser === undefined || runAsUser === 0) return {}
  return { securityContext: { ...LOCKED, runAsUser, ...defined({ runAsGroup }) } }
}

/** Today's clusters take it as a part of the pod, those before 1.22 as a list of its own, which ignores the other form. */
async function addEphemeral(
  { cluster, namespace, pod, container }: ProgramPlace,
  { added, security }: { added: object; security: object },
): Promise<void> {
  const path = resourcePath({ namespace, resource: 'pods', name: pod.name, subresource: 'ephemeralcontainers' })
  // Not another pod that has its name meanwhile, as those of a StatefulSet do.
  const metadata = { uid: pod.uid }
  const patch = (body: object) =>
    cluster.request<{ kind?: string }>({ method: 'PATCH', path, patch: 'strategic', body: { metadata, ...body } })
  try {
    const { kind } = await patch({ spec: { ephemeralContainers: [{ ...added, ...security }] } })
    if (kind === 'EphemeralContainers') await patch({ ephemeralContainers: [added] })
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `pod ${pod.name} is gone, or the cluster has no ephemeral containers (Kubernetes 1.25 and later have them)`,
      where: container,
      cause: error,
    })
  }
}

async function firstReportOf(place: ProgramPlace, image: string, signal: AbortSignal): Promise<unknown> {
  const refused = (given: string) =>
    faultErrors.error('FD_FAULT_REFUSED', {
      message: `a program beside pod ${place.pod.name} does not start`,
      given,
      expected: `an image with Node 20 or later; this one is ${image}`,
      next: 'name one in firedrill.yaml: kubernetes: { image: … }',
    })
  let isLost = false
  return waitUntil(
    async () => {
      const report = await reportIn(place)
      if (report !== undefined) return done(report)
      const { text, isOver } = await stateOf(place)
      isLost = isOver
      if (isLost) throw refused(text)
      return notYet(text)
    },
    { what: 'its first report', timeoutMs: REPORTS_WITHIN_MS, intervalMs: LOOK_MS, signal, fatal: () => isLost },
  ).catch((error: { code?: string; details?: { given?: string } }) => {
    throw error.code === 'FD_WAIT_TIMEOUT' ? refused(error.details?.given ?? 'no reason is known') : error
  })
}

/** The first report in the log; `undefined` while there is none. */
async function reportIn({ cluster, namespace, pod, container }: ProgramPlace): Promise<unknown> {
  const path = resourcePath({ namespace, resource: 'pods', name: pod.name, subresource: 'log' })
  const log = await cluster
    .request<string>({ path, query: { container, limitBytes: '65536' }, answer: 'text' })
    // The log of a container that does not run yet is refused.
    .catch(() => '')
  // Only a line that is complete.
  const line = log
    .split('\n')
    .slice(0, -1)
    .find((one) => one.startsWith(REPORT))
  return line === undefined ? undefined : JSON.parse(line.slice(REPORT.length))
}

const LOST = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
]

async function stateOf(place: ProgramPlace): Promise<{ text: string; isOver: boolean }> {
  const status = await statusOf(place)
  const { waiting, terminated } = status?.state ?? {}
  if (terminated !== undefined) return { text: `it ended with ${endText(terminated)}`, isOver: true }
  const { reason = 'not started yet', message = '' } = waiting ?? {}
  return { text: `${reason} ${message}`.trim(), isOver: LOST.includes(reason) }
}

async function statusOf({ cluster, namespace, pod, container }: ProgramPlace) {
  const { status, metadata } = await cluster.request<Pod>({
    path: resourcePath({ namespace, resource: 'pods', name: pod.name }),
  })
  return metadata.uid === pod.uid
    ? status.ephemeralContainerStatuses?.find(({ name }) => name === container)
    : undefined
}

async function ended(place: ProgramPlace): Promise<string | undefined> {
  try {
    return endText((await statusOf(place))?.state?.terminated)
  } catch (error) {
    if (isNotFound(error)) return 'the pod is gone'
    throw error
  }
}

async function end(place: ProgramPlace): Promise<void> {
  if ((await ended(place)) !== undefined) return
  const { cluster, namespace, pod, container } = place
  const stop = `require('node:fs').writeFileSync('${STOP_FILE}', '')`
  await cluster.exec({ namespace, pod: pod.name, container }, ['node', '-e', stop])
  await waitUntil(async () => ((await ended(place)) === undefined ? notYet('it still runs') : done(undefined)), {
    what: `${container} of pod ${pod.name} to end`,
    timeoutMs: ENDS_WITHIN_MS,
    intervalMs: LOOK_MS,
  })
}
