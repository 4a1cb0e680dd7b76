import { describe, expect, it } from 'vitest'
import { unseenIn } from './cgroups.ts'

const SECOND = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw'
const FIRST = ['cpu,cpuacct', 'memory']
  .map((names, n) => `${31 + n} 30 0:2${n} / /sys/fs/cgroup/${names} rw - cgroup cgroup rw,${names}`)
  .join('\n')

describe('a cgroup that cannot be seen', () => {
  it.each([
    ['is of another cgroup namespace', '0::/../../shop.service', '0::/', SECOND, ['/../../shop.service']],
    ['is not mounted', '0::/shop.service', '0::/', '', ['/shop.service']],
    ['is the own one', '0::/shop.service', '0::/shop.service', '', []],
    ['is of the same namespace and is gone', '0::/no-such-group-here', '0::/', SECOND, ['/no-such-group-here']],
    ['does not limit memory', '4:cpu,cpuacct:/../shop\n3:memory:/', '4:cpu,cpuacct:/\n3:memory:/', FIRST, []],
    ['may limit memory', '4:cpu,cpuacct:/\n3:memory:/../shop', '4:cpu,cpuacct:/\n3:memory:/', FIRST, ['/../shop']],
    ['is for no fault', '7:pids:/../shop', '7:pids:/', FIRST, []],
    ['does not exist', '', '', SECOND, []],
  ])('counts only where a fault would not reach its target: it %s', (_, theirs, own, mounts, expected) => {
    expect(unseenIn({ theirs, own, mounts }, 'memory')).toEqual(expected)
  })
})
