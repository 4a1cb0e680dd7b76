import { isObject } from '../../../base/is-object.ts'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { Denial, HeldDenial } from '../../../faults/workload.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject, Pod } from '../../../kubernetes/objects.ts'
import { NETWORKING, resourcePath } from '../../../kubernetes/paths.ts'
import { workloadText } from '../../../kubernetes/workload-place.ts'
import { containerOf } from '../pod-control.ts'
import { changeObject, type HeldFor } from '../undo/change-object.ts'
import type { ChangePlace } from '../undo/make-change.ts'
import { stateText, whyNeverStarts } from '../undo/until-watched.ts'
import { isEnding, isReady, podsOf, readWorkload } from '../workload.ts'
import { denyPolicy, PROBE_CONTAINER, policyName, probeName, probePod } from './deny-objects.ts'
import { refuseAllowed } from './other-policies.ts'
import { PROBE_LINE, type ProbeReport, type ProbeTarget } from './probe-program.ts'

/** Denies connections to the pods of a workload. */

/** An image may have to be pulled first. */
const CONNECTS_WITHIN_MS = 90_000
/** How long the probe may fail to connect before there is a policy. */
const FAILS_FOR_MS = 10_000
const LOOK_MS = 300

/**
 * Makes the policy once a probe in a pod of its own has connected to a pod of the workload, and a Job watches.
 * @throws FD_FAULT_REFUSED where no probe can connect, or another policy allows connections; then nothing stays
 */
export async function denyTraffic(
  { cluster, workload: place, container, programs }: ChangePlace,
  { fault, port }: Denial,
  held: HeldFor,
): Promise<HeldDenial> {
  const { namespace } = place
  const workload = await readWorkload(cluster, place)
  const pods = (await podsOf(cluster, place, workload)).filter(isReady)
  await refuseAllowed(cluster, namespace, pods)
  const targets = pods.flatMap((pod) => targetOf(pod, { container, port }))
  if (targets.length === 0) throw noTarget(workloadText(place), port)
  const probe = { namespace, name: probeName(held.id) }
  const made = await changeObject(
    { cluster, object: { namespace, kind: 'networkpolicy', name: policyName(place) }, programs },
    {
      fault,
      what: `no connections to the pods of ${workloadText(place)}`,
      undo: 'delete',
      prepare: async (owner) => {
        const body = probePod({ id: held.id, namespace, owner }, { targets, image: programs.image })
        await cluster.request({ method: 'POST', path: resourcePath({ namespace, resource: 'pods' }), body })
        await untilConnected(cluster, { probe, image: programs.image }, held.signal)
      },
      act: (hint, owner) =>
        cluster.request<KubernetesObject>({
          method: 'POST',
          path: resourcePath({ api: NETWORKING, namespace, resource: 'networkpolicies' }),
          body: denyPolicy(place, { selector: workload.spec.selector, owner, hint }),
        }),
    },
    held,
  )
  const where = targets.map(({ host, port: at }) => `${host}:${at}`).join(', ')
  return {
    ...made,
    probe: async () => {
      const { connects = true, why = '' } = (await reportOf(cluster, probe)) ?? {}
      if (connects) return { connects, text: `pod ${probe.name} still connects to ${where}` }
      const now = await podsOf(cluster, place, workload)
      const isSame = now.some((pod) => !isEnding(pod) && targets.some(({ host }) => host === pod.status.podIP))
      // A pod that is gone accepts no connections either.
      if (!isSame) return { connects: true, text: `the pods at ${where} have been replaced` }
      return { connects, text: `pod ${probe.name} no longer connects to ${where}: ${why}` }
    },
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

/** What the probe has reported last; `undefined` while that is nothing, or cannot be read. */
async function reportOf(
  cluster: Pick<Cluster, 'request'>,
  probe: { namespace: string; name: string },
): Promise<ProbeReport | undefined> {
  const path = resourcePath({ ...probe, resource: 'pods', subresource: 'log' })
  const query = { container: PROBE_CONTAINER, tailLines: '5' }
  // The log of a container that does not run yet is refused.
  const log = await cluster.request<string>({ path, query, answer: 'text' }).catch(() => '')
  const line = log
    .split('\n')
    .slice(0, -1)
    .findLast((one) => one.startsWith(PROBE_LINE))
  const value: unknown = line === undefined ? undefined : JSON.parse(line.slice(PROBE_LINE.length))
  if (!isObject(value)) return undefined
  return { connects: value.connects === true, ...(typeof value.why === 'string' ? { why: value.why } : {}) }
}
