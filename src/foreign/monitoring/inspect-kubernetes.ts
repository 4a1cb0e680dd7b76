import { basename } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { shellWord } from '../../base/text/shell-word.ts'
import type { Prometheus, ScrapeTarget } from '../../probes/prometheus.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { accessFindings, checkedUses } from '../kubernetes/access/access-findings.ts'
import { accessPlacesOf, type ClusterPlaces } from '../kubernetes/access/access-places.ts'
import { askAccess } from '../kubernetes/access/ask-access.ts'
import { clustersOf } from '../kubernetes/clusters.ts'
import { inspectOperator } from '../kubernetes/operator/inspect-operator.ts'
import type { SystemFinding } from '../system-finding.ts'
import { absenceFindings } from './inspect-absence.ts'

/**
 * What `system check` reports of the clusters that a system is in: what Firedrill may do there, what prometheus-operator does not select,
 * and which alerts can miss a pod that is lost. Changes nothing.
 */
export async function inspectKubernetes(system: ForeignSystem, context: InspectContext): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = []
  for (const place of accessPlacesOf(system)) findings.push(...(await inspectCluster(system, place, context)))
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

async function inspectCluster(
  { file }: ForeignSystem,
  { cluster: place, places }: ClusterPlaces,
  { env, signal }: InspectContext,
): Promise<SystemFinding[]> {
  const { namespace, monitoring } = places
  const named = basename(file) === SYSTEM_FILE ? '' : ` ${file}`
  const roleCommand = (faults: readonly string[]) =>
    `firedrill system role${named}${faults.length === 0 ? '' : ` --faults ${faults.join(',')}`}`
  const kubectl = place.context === undefined ? 'kubectl' : `kubectl --context ${shellWord(place.context)}`
  try {
    const cluster = clustersOf(env).of(place)
    const uses = checkedUses(places)
    const access = await askAccess(cluster, { places, uses, signal })
    const allowed = accessFindings(access, { places, uses, roleCommand, kubectl })
    // Without an answer to that there is none to the rest.
    if (access.unanswered !== undefined) return allowed
    return [...allowed, ...(await inspectOperator(cluster, { namespaces: [namespace], monitoring, kubectl, signal }))]
  } catch (error) {
    signal?.throwIfAborted()
    return [{ name: 'kubernetes', status: 'bad', detail: `${namespace}: ${messageOf(error)}`, help: [] }]
  }
}
