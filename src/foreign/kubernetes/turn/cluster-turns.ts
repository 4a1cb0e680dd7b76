import type { TurnPlace } from '../../../base/turn.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { ClusterPlace } from '../../../kubernetes/open-cluster.ts'
import { type Placed, placesOf } from '../../file/kubernetes/places-of.ts'
import { clustersOf } from '../clusters.ts'
import { ClusterTurn } from './cluster-turn.ts'

/** Turns in each namespace of a system; a cluster is opened when the first one is taken. */
export function clusterTurns(
  system: Placed,
  clusterOf: (place: ClusterPlace) => Pick<Cluster, 'request'> = (place) => clustersOf(process.env).of(place),
): TurnPlace[] {
  return placesOf(system).map((place) => {
    let turn: ClusterTurn | undefined
    return {
      take: async (own, signal) => {
        turn ??= new ClusterTurn(clusterOf(place), place.namespace)
        return turn.take(own, signal)
      },
    }
  })
}
