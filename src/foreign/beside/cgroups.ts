import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MemoryRoom } from '../../faults/beside.ts'

/** The control groups of processes, of both versions: where they are, what they limit, and how a process is moved into them. */

/** Controllers of version 1 that limit or account what faults take. In version 2 a process is in one group for all controllers. */
const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory'] as const
/** Version 1 shows "no limit" as the largest number of pages. */
const NO_LIMIT_BYTES = 2 ** 60

/** A control group that a process is in. */
export interface Cgroup {
  version: 1 | 2
  /** Of version 1; version 2 has one group for all. */
  controllers: readonly string[]
  /** As /proc/PID/cgroup has it. */
  name: string
  folder: string
  /** The topmost folder of the hierarchy that can be seen here. */
  top: string
}

/** The groups of a process that can be seen here; empty where the system has none. */
export function cgroupsOf(pid: number | 'self'): Cgroup[] {
  return groupsIn({ theirs: textOf(`/proc/${pid}/cgroup`), mounts: textOf('/proc/self/mountinfo') })
}

export function groupsIn({ theirs, mounts }: Pick<CgroupTexts, 'theirs' | 'mounts'>): Cgroup[] {
  const mounted = cgroupMounts(mounts)
  return linesOf(theirs).flatMap((line) => groupOf(line, mounted) ?? [])
}

/** The names of a process's groups that may limit what a fault takes, are not this process's own, and cannot be seen here. */
export function unseenGroups(pid: number, takes: Taken): string[] {
  const [theirs, own] = [textOf(`/proc/${pid}/cgroup`), textOf('/proc/self/cgroup')]
  return unseenIn({ theirs, own, mounts: textOf('/proc/self/mountinfo') }, takes)
}

export function unseenIn({ theirs, own, mounts }: CgroupTexts, takes: Taken): string[] {
  const mounted = cgroupMounts(mounts)
  const shared = new Set(linesOf(own).map(({ line }) => line))
  return linesOf(theirs).flatMap((one) => {
    const mayLimit = one.version === 2 || one.controllers.some((name) => LIMITING[takes].includes(name))
    return mayLimit && !shared.has(one.line) && groupOf(one, mounted) === undefined ? [one.name] : []
  })
}

/** What the two processes have in /proc/PID/cgroup, and what is mounted here, as in /proc/self/mountinfo. */
interface CgroupTexts {
  theirs: string
  own: string
  mounts: string
}

type Taken = 'cpu' | 'memory'

/** Controllers of version 1 that limit what a fault takes. */
const LIMITING: Record<Taken, readonly string[]> = { cpu: ['cpu', 'cpuset'], memory: ['memory'] }

/** A line of /proc/PID/cgroup. */
interface CgroupLine extends Pick<Cgroup, 'version' | 'controllers' | 'name'> {
  line: string
}

function linesOf(text: string): CgroupLine[] {
  return text.split('\n').flatMap((line): CgroupLine[] => {
    const [, id = '', listed = '', name = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    const controllers = listed.split(',').filter((one) => (CONTROLLERS as readonly string[]).includes(one))
    const isSecond = id === '0' && listed === ''
    if (!isSecond && controllers.length === 0) return []
    return [{ line, version: isSecond ? 2 : 1, controllers, name }]
  })
}

/** `undefined` when it cannot be seen here. */
function groupOf({ version, controllers, name }: CgroupLine, mounts: readonly CgroupMount[]): Cgroup | undefined {
  // Of mounts at one place only the last is seen.
  for (const mount of [...mounts].reverse()) {
    if (mount.version !== version) continue
    if (version === 1 && !controllers.every((each) => mount.controllers.includes(each))) continue
    const inside = below(name, mount.root)
    const folder = inside === undefined ? undefined : join(mount.folder, inside)
    if (folder !== undefined && existsSync(join(folder, 'cgroup.procs')))
      return { version, controllers, name, folder, top: mount.folder }
  }
  return undefined
}

/** Moves a process into the groups of another one in which it is not yet, and returns those; `failed` could not be entered. */
export function moveInto(groups: readonly Cgroup[], pid: number): { entered: Cgroup[]; failed: FailedMove[] } {
  const own = new Set(cgroupsOf(pid).map(({ folder }) => folder))
  const entered: Cgroup[] = []
  const failed: FailedMove[] = []
  for (const group of groups.filter(({ folder }) => !own.has(folder))) {
    try {
      writeFileSync(join(group.folder, 'cgroup.procs'), String(pid))
      entered.push(group)
    } catch (error) {
      failed.push({ group, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
    }
  }
  return { entered, failed }
}

export interface FailedMove {
  group: Cgroup
  /** The system's name of the error: EACCES. */
  reason: string
}

/** Whether the group or one above it limits what a fault takes. */
export function limits(group: Cgroup, takes: Taken): boolean {
  if (takes === 'memory') return roomsOf([group]).length > 0
  return upwards(group).some((folder) => {
    const quota = textOf(join(folder, group.version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us')).split(' ')[0] ?? ''
    return Number(quota) > 0
  })
}

/** Every limit of memory that holds for a process of these groups, its own first. */
export function roomsOf(groups: readonly Cgroup[]): MemoryRoom[] {
  return groups.flatMap((group) => {
    const files =
      group.version === 2
        ? { limit: 'memory.max', usage: 'memory.current', droppable: 'inactive_file' }
        : { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', droppable: 'total_inactive_file' }
    return upwards(group).flatMap((folder) => {
      const limitBytes = Number(textOf(join(folder, files.limit)).trim() || Number.NaN)
      if (!(limitBytes < NO_LIMIT_BYTES)) return []
      const name = folder.slice(group.top.length) || '/'
      const [usagePath, statPath] = [join(folder, files.usage), join(folder, 'memory.stat')]
      return [{ name, limitBytes, usagePath, statPath, droppable: files.droppable }]
    })
  })
}

/** The bytes that a group still has; pages of files count as free, since the kernel drops them when others need the room. */
export function leftIn({ limitBytes, usagePath, statPath, droppable }: MemoryRoom): number {
  const line = textOf(statPath)
    .split('\n')
    .find((one) => one.startsWith(`${droppable} `))
  return limitBytes - Number(textOf(usagePath)) + Number(line?.split(' ')[1] ?? 0)
}

/** The folder of a group and those above it, as far as they can be seen. */
function upwards({ folder, top }: Cgroup): string[] {
  const folders: string[] = []
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    folders.push(at)
    if (at === dirname(at)) break
  }
  return folders
}

interface CgroupMount {
  version: 1 | 2
  controllers: readonly string[]
  /** The group that is mounted at the folder. */
  root: string
  folder: string
}

/** Mounted hierarchies: lines of /proc/self/mountinfo, proc_pid_mountinfo(5). */
function cgroupMounts(text: string): CgroupMount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root = '', folder = ''] = before.split(' ')
    const [type, , options = ''] = after.split(' ')
    if (type !== 'cgroup' && type !== 'cgroup2') return []
    return [
      { version: type === 'cgroup2' ? (2 as const) : (1 as const), controllers: options.split(','), root, folder },
    ]
  })
}

/** A group's name below the mounted one; `undefined` when it is outside of what is mounted here. */
function below(name: string, root: string): string | undefined {
  if (name.split('/').includes('..')) return undefined
  if (root === '/') return name
  return name === root || name.startsWith(`${root}/`) ? name.slice(root.length) : undefined
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
