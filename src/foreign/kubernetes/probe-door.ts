import { Agent } from 'undici'
import type { Cluster } from '../../kubernetes/cluster.ts'
import type { ProbeDoor } from '../../probes/json.ts'

/** The way of probes to what answers behind the API server of a cluster. One for each cluster: its connections are kept. */
export function probeDoor(cluster: Cluster): ProbeDoor {
  const door = doors.get(cluster) ?? open(cluster)
  doors.set(cluster, door)
  return door
}

const doors = new WeakMap<Cluster, ProbeDoor>()

function open({ door }: Cluster): ProbeDoor {
  const dispatcher = new Agent({
    connect: (_, opened) => {
      door.connect().then(
        (socket) => opened(null, socket),
        (error: Error) => opened(error, null),
      )
    },
  })
  return { dispatcher, headers: () => door.headers() }
}
