import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { Denial } from '../../../faults/workload.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { Pod, Workload } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { workloadText } from '../../../kubernetes/workload-place.ts'
import { containerOf } from '../pod-control.ts'
import type { HeldFor } from '../undo/change-object.ts'
import type { ChangePlace } from '../undo/make-change.ts'
import { stateText, whyNeverStarts } from '../undo/until-watched.ts'
import { isEnding, podsOf } from '../workload.ts'
import { PROBE_CONTAINER, probeName, probePod } from './deny-objects.ts'
import { lastReport } from './last-report.ts'
import { PROBE_LINE, type ProbeTarget } from './probe-program.ts'
import type { Prober } from './prober.ts'

/** Tries to connect to the pods of a workload, from a pod of its own in their namespace. */

/** An image may have to be pulled first. */
const CONNECTS_WITHIN_MS = 90_000
/** How long the probe may fail to connect before there is a policy. */
const FAILS_FOR_MS = 10_000
const LOOK_MS = 300

/** @throws FD_FAULT_REFUSED where no pod has a port to connect to */
export function probeIntoPods(
  { cluster, workload: place, container, programs: { image } }: ChangePlace,
  { workload, pods, port }: { workload: Workload; pods: readonly Pod[] } & Pick<Denial, 'port'>,
  { id, signal }: HeldFor,
): Prober {
  const { namespace } = place
  const targets = pods.flatMap((pod) => targetOf(pod, { container, port }))
  if (targets.length === 0) throw noTarget(workloadText(place), port)
  const where = targets.map(({ host, port: at }) => `${host}:${at}`).join(', ')
  const probe = { namespace, name: probeName(id) }
  const from = `pod ${probe.name}`
  return {
    start: async (owner) => {
      const body = probePod({ id, namespace, owner }, { targets, image })
      await cluster.request({ method: 'POST', path: resourcePath({ namespace, resource: 'pods' }), body })
      await untilConnected(cluster, { probe, image }, signal)
    },
    now: async () => {
      const { connects = true, why = '' } = (await reportOf(cluster, probe)) ?? {}
      if (connects) return { connects, text: `${from} still connects to ${where}` }
      const now = await podsOf(cluster, place, workload)
      const isSame = now.some((pod) => !isEnding(pod) && targets.some(({ host }) => host === pod.status.podIP))
      // A pod that is gone accepts no connections either.
      if (!isSame) return { connects: true, text: `the pods at ${where} have been replaced` }
      return { connects, text: `${from} no longer connects to ${where}: ${why}` }
    },
    // It goes with its owner.
    end: async () => undefined,
  }
}

/** The port of a pod that is tried: the one that is named, or the first one that its container declares. */
function targetOf(pod: Pod, { container, port }: { container: string | undefined; port: number }): ProbeTarget[] {
  const { podIP: host } = pod.status
  const declared = pod.spec.containers
    .find(({ name }) => name === containerOf(pod, container))
    ?.ports?.find(({ protocol = 'TCP' }) => protocol === 'TCP')?.containerPort
  const at = port === 0 ? declared : port
  return host === undefined || at === undefined ? [] : [{ host, port: at }]
}

function noTarget(text: string, port: number) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `no pod of ${text} is ready, or its container declares no port of TCP, so that nothing could be proved`,
    given: port === 0 ? 'no port' : String(port),
    next: 'name the port: params: { port: 8080 }',
  })
}

async function untilConnected(
  cluster: Cluster,
  { probe, image }: { probe: { namespace: string; name: string }; image: string },
  signal: AbortSignal,
): Promise<void> {
  const refused = (given: string) =>
    faultErrors.error('FD_FAULT_REFUSED', {
      message:
        'no probe can connect to the pods, so it could not be seen whether connections are denied; nothing is changed',
      given,
      expected: `pods that accept connections from their namespace, and an image with Node 20 or later; the image is ${image}`,
    })
  let isLost = false
  let failsSinceMs: number | undefined
  await waitUntil(
    async () => {
      const report = await reportOf(cluster, probe)
      if (report?.connects === true) return done(undefined)
      const pod = await cluster.request<Pod>({ path: resourcePath({ ...probe, resource: 'pods' }) })
      const lost = whyNeverStarts(pod, PROBE_CONTAINER)
      const why = lost ?? report?.why ?? stateText(pod, PROBE_CONTAINER)
      if (report !== undefined) failsSinceMs ??= performance.now()
      isLost = lost !== undefined || performance.now() - (failsSinceMs ?? performance.now()) > FAILS_FOR_MS
      if (isLost) throw refused(why)
      return notYet(why)
    },
    { what: 'the probe to connect', timeoutMs: CONNECTS_WITHIN_MS, intervalMs: LOOK_MS, signal, fatal: () => isLost },
  ).catch((error: { code?: string; details?: { given?: string } }) => {
    throw error.code === 'FD_WAIT_TIMEOUT' ? refused(error.details?.given ?? 'no reason is known') : error
  })
}

function reportOf(cluster: Pick<Cluster, 'request'>, { namespace, name }: { namespace: string; name: string }) {
  return lastReport(cluster, { namespace, pod: name, container: PROBE_CONTAINER }, PROBE_LINE)
}
