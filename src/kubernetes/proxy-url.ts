import type { ClusterPlace } from './open-cluster.ts'
import { type ProxyPlace, proxyPath } from './paths.ts'

/**
 * The URL of what answers behind an API server, with a slash at its end. Its host names the cluster for people, and no name server:
 * connections are made by the door of the cluster.
 */
export function proxyUrl({ context }: ClusterPlace, place: ProxyPlace): string {
  return `http://${hostOf(context)}${proxyPath(place)}`
}

/** A context has other letters than a host may have: "arn:aws:eks:eu-central-1:1234:cluster/shop". */
function hostOf(context: string | undefined): string {
  if (context === undefined) return 'cluster.kubernetes'
  const name = context
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${name.slice(0, LONGEST_LABEL) || 'context'}.kubernetes`
}

/** Of a name of DNS. */
const LONGEST_LABEL = 63
