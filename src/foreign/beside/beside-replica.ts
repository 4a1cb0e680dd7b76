import { freemem } from 'node:os'
import type { Beside } from '../../faults/beside.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { LocalProcess } from '../control/replica-control.ts'
import { cgroupsOf, type FailedMove, leftIn, limits, moveInto, roomsOf, unseenGroups } from './cgroups.ts'
import { openFolder } from './open-folder.ts'
import { startNeighbour } from './start-neighbour.ts'

/** What faults may do beside a replica of a system that is not ours: one that is a process of this machine. */
export function besideReplica(replica: string, { here, disk }: ReplicaPlace): Beside {
  const local = () => {
    const found = here()
    if (found !== undefined) return found
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `${replica} does not run as a process of this machine`,
      next: 'firedrill system check',
    })
  }
  return {
    folder: async () => {
      if (disk === undefined) {
        const message = `no folder of ${replica} is named that may be filled`
        throw faultErrors.error('FD_FAULT_REFUSED', {
          message,
          expected: '`disk: /path` of its service in firedrill.yaml',
        })
      }
      return openFolder(disk, { root: local().root, replica })
    },
    memory: () => {
      const rooms = roomsOf(cgroupsOf(local().pid))
      return { rooms, availableBytes: Math.max(0, Math.min(freemem(), ...rooms.map(leftIn))) }
    },
    run: async (work) => {
      const { pid: target } = local()
      const [unseen] = unseenGroups(target, work.takes)
      if (unseen !== undefined) throw notSeen(unseen, replica)
      return startNeighbour(work, {
        target,
        place: (pid) => {
          const { entered, failed } = moveInto(cgroupsOf(target), pid)
          const missed = failed.find(({ group }) => limits(group, work.takes))
          if (missed !== undefined) throw outsideOf(missed, replica)
          const [group] = entered
          return group === undefined ? `beside pid ${target}` : `beside pid ${target}, in its cgroup ${group.name}`
        },
      })
    },
  }
}

export interface ReplicaPlace {
  /** The replica's process, while it runs on this machine. */
  here(): LocalProcess | undefined
  /** The folder that may be filled, as the replica itself names it. */
  disk: string | undefined
}

function notSeen(group: string, replica: string) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `the cgroup of ${replica} cannot be seen from here: a fault outside of it might not reach ${replica}`,
    where: group,
    next: 'run firedrill outside of any container, or in one that has the cgroup namespace of its host',
  })
}

function outsideOf({ group, reason }: FailedMove, replica: string) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `the cgroup of ${replica} has a limit, and cannot be entered (${reason}): a fault outside of it would not reach ${replica}`,
    where: group.name,
    next: 'run firedrill as root, or as a user to whom the cgroup is delegated',
  })
}
