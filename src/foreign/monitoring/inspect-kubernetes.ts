import { basename } from 'node:path'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import { type Cluster, isNotFound } from '../../kubernetes/cluster.ts'
import { listAll } from '../../kubernetes/lists.ts'
import type { KubernetesObject } from '../../kubernetes/objects.ts'
import { resourcePath } from '../../kubernetes/paths.ts'
import type { Prometheus, ScrapeTarget } from '../../probes/prometheus.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { accessFindings, checkedUses } from '../kubernetes/access/access-findings.ts'
import { accessPlacesOf, type ClusterPlaces } from '../kubernetes/access/access-places.ts'
import { askAccess } from '../kubernetes/access/ask-access.ts'
import { whoAsks } from '../kubernetes/access/who-asks.ts'
import { clustersOf } from '../kubernetes/clusters.ts'
import { allowedBy, isRefusedIn } from '../kubernetes/faults/check-loss.ts'
import { inspectOperator } from '../kubernetes/operator/inspect-operator.ts'
import type { SystemFinding } from '../system-finding.ts'
import { absenceFindings } from './inspect-absence.ts'

/**
 * What `system check` reports of the clusters that a system is in: what Firedrill may do there, what prometheus-operator does not select,
 * and which alerts can miss a pod that is lost. Changes nothing.
 */
export async function inspectKubernetes(system: ForeignSystem, context: InspectContext): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = []
  for (const place of accessPlacesOf(system)) {
    const found = await inspectCluster(system, place, context)
    // The Role of one namespace is that of all.
    const said = new Set(findings.flatMap(({ help }) => help))
    findings.push(...found.map((one) => ({ ...one, help: one.help.filter((line) => !said.has(line)) })))
  }
  const pods = system.services.filter(({ run }) => run.kind === 'kubernetes')
  const { prometheus, targets, signal } = context
  if (pods.length === 0 || targets === undefined) return findings
  // What does not answer has been reported.
  const alertRules = await prometheus.alertRules({ timeoutMs: ASK_MS, signal }).catch(() => [])
  signal?.throwIfAborted()
  return [...findings, ...absenceFindings(pods, { alertRules, targets })]
}

const ASK_MS = 5_000

interface InspectContext {
  prometheus: Prometheus
  /** Missing where Prometheus does not answer. */
  targets: readonly ScrapeTarget[] | undefined
  env: NodeJS.ProcessEnv
  signal: AbortSignal | undefined
}

type InspectedBy = Pick<InspectContext, 'env' | 'signal'> & {
  clusters?: { of(place: ClusterPlaces['cluster']): Pick<Cluster, 'request'> }
}

/** Of one namespace. `clusters`: of a test. */
export async function inspectCluster(
  { file, services }: Pick<ForeignSystem, 'file' | 'services'>,
  { cluster: place, places }: ClusterPlaces,
  { env, signal, clusters = clustersOf(env) }: InspectedBy,
): Promise<SystemFinding[]> {
  const { namespace, monitoring } = places
  const named = basename(file) === SYSTEM_FILE ? '' : ` ${file}`
  const kubectl = place.context === undefined ? 'kubectl' : `kubectl --context ${shellWord(place.context)}`
  try {
    const cluster = clusters.of(place)
    const missing = await missingNamespace(cluster, namespace, signal)
    if (missing !== undefined) return [missing]
    const uses = checkedUses(places)
    const access = await askAccess(cluster, { places, uses, signal })
    const who = access.refused.size === 0 ? undefined : await whoAsks(cluster, namespace, signal)
    const roleCommand = (faults: readonly string[]) =>
      `firedrill system role${named}${faults.length === 0 ? '' : ` --faults ${faults.join(',')}`}${who === undefined ? '' : ` --bind ${who}`}`
    const refusedHere = whyRefusedIn(namespace, services)
    const allowed = accessFindings(access, { places, uses, refusedHere, roleCommand, kubectl })
    // Without an answer to that there is none to the rest.
    if (access.unanswered !== undefined) return allowed
    return [...allowed, ...(await inspectOperator(cluster, { namespaces: [namespace], monitoring, kubectl, signal }))]
  } catch (error) {
    signal?.throwIfAborted()
    const next = error instanceof FiredrillError ? error.details.next : undefined
    return [
      {
        name: 'kubernetes',
        status: 'bad',
        detail: `${namespace}: ${messageOf(error)}`,
        help: next === undefined ? [] : [next],
      },
    ]
  }
}

/** Nothing that is said of a namespace that is not there is true. @throws what a request throws, but not that it is forbidden */
async function missingNamespace(
  cluster: Pick<Cluster, 'request'>,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<SystemFinding | undefined> {
  const bounds = signal === undefined ? {} : { signal }
  try {
    await cluster.request({ path: resourcePath({ resource: 'namespaces', name: namespace }), ...bounds })
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    // Who may not read namespaces may do other things.
    if (error instanceof FiredrillError && error.code === 'FD_KUBERNETES_FORBIDDEN') return undefined
    if (!isNotFound(error)) throw error
  }
  const all = await listAll<KubernetesObject>(cluster, {
    path: resourcePath({ resource: 'namespaces' }),
    ...bounds,
  }).catch(() => [])
  const names = all.slice(0, MOST_NAMED).map(({ metadata }) => metadata.name)
  const more = all.length > names.length ? ` and ${all.length - names.length} more` : ''
  const help =
    names.length === 0 ? [] : [`kubernetes: { namespace: NAME } in the file; there are ${names.join(', ')}${more}`]
  return { name: 'kubernetes', status: 'bad', detail: `there is no namespace ${namespace}`, help }
}

const MOST_NAMED = 10

function whyRefusedIn(namespace: string, services: ForeignSystem['services']): string | undefined {
  const refused = services.flatMap(({ name, run }) =>
    run.kind === 'kubernetes' && run.workload.namespace === namespace && isRefusedIn(namespace, run.allow)
      ? [name]
      : [],
  )
  if (refused.length === 0) return undefined
  return `faults of ${refused.join(', ')} are refused by default: ${namespace} is a namespace of Kubernetes itself; ${allowedBy('system-namespaces')}`
}
