import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { groupsIn, leftIn, limits, moveInto, roomsOf, unseenIn } from './cgroups.ts'

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

const CONTAINER = '4f1c'.repeat(16)
const MIB = 1024 ** 2

/** Stands for the file system of cgroups, which shows those of the machine: the folders and files that a kernel would show. */
let top: string
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'fd-cgroup-'))
})
afterEach(() => rm(top, { recursive: true }))

async function show(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(top, folder), { recursive: true })
  for (const [name, text] of Object.entries({ 'cgroup.procs': '', ...files }))
    await writeFile(join(top, folder, name), text)
}

describe('the cgroups of a container where all controllers are of version 2', () => {
  const name = `/system.slice/docker-${CONTAINER}.scope`
  const mounts = () => `30 23 0:26 / ${top} rw,nosuid - cgroup2 cgroup2 rw`
  const groups = () => groupsIn({ theirs: `0::${name}\n`, mounts: mounts() })

  it('are one, whose limits and those above it hold', async () => {
    await show('', {})
    await show('system.slice', { 'memory.max': String(512 * MIB), 'memory.current': '0', 'cpu.max': 'max 100000\n' })
    const stat = `anon 1\ninactive_file ${32 * MIB}\nactive_file 1\n`
    const memory = { 'memory.max': `${256 * MIB}\n`, 'memory.current': `${96 * MIB}\n`, 'memory.stat': stat }
    await show(name, { ...memory, 'cpu.max': '50000 100000\n' })
    const [group, ...others] = groups()
    expect(others).toEqual([])
    expect(group).toMatchObject({ version: 2, name, folder: join(top, name) })
    if (group === undefined) throw new Error('no group')
    expect(limits(group, 'cpu')).toBe(true)
    expect(roomsOf([group]).map(({ name: of, limitBytes }) => `${of} ${limitBytes / MIB}`)).toEqual([
      `${name} 256`,
      '/system.slice 512',
    ])
    expect(roomsOf([group]).map((room) => leftIn(room) / MIB)).toEqual([192, 512])
  })

  it('limit nothing where they say "max"', async () => {
    await show(name, { 'memory.max': 'max\n', 'cpu.max': 'max 100000\n' })
    const [group] = groups()
    if (group === undefined) throw new Error('no group')
    expect([limits(group, 'cpu'), limits(group, 'memory')]).toEqual([false, false])
  })

  it('are entered by the pid alone', async () => {
    await show(name, {})
    expect(moveInto(groups(), process.pid)).toMatchObject({ entered: [{ name }], failed: [] })
    expect(await readFile(join(top, name, 'cgroup.procs'), 'utf8')).toBe(String(process.pid))
  })

  it('are found where the mounts of another cgroup namespace are still listed', async () => {
    await show(name, {})
    const theirs = `0::${name}\n`
    const others = mounts().replace(' / ', ' /.. ')
    for (const both of [
      [others, mounts()],
      [mounts(), others],
    ])
      expect(groupsIn({ theirs, mounts: both.join('\n') })).toMatchObject([{ folder: join(top, name) }])
  })

  it('are found where only a part of the tree is mounted', async () => {
    await show(`docker-${CONTAINER}.scope`, {})
    const found = groupsIn({ theirs: `0::${name}\n`, mounts: mounts().replace(' / ', ' /system.slice ') })
    expect(found.map(({ folder }) => folder)).toEqual([join(top, `docker-${CONTAINER}.scope`)])
  })
})

describe('the cgroups of a container where controllers are of version 1', () => {
  it('are those that limit or account CPU time and memory, also where each controller has its own', async () => {
    const controllers = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer']
    const line = (one: string, id: number) => `${id + 1}:${one}:/docker/${CONTAINER}`
    for (const one of [...controllers, 'unified']) await show(`${one}/docker/${CONTAINER}`, {})
    const mounts = controllers.map((one) => `3 2 0:1 / ${join(top, one)} rw - cgroup cgroup rw,${one}`)
    const unified = `4 2 0:1 / ${join(top, 'unified')} rw - cgroup2 cgroup2 rw`
    const theirs = [...controllers.map(line), `0::/docker/${CONTAINER}`].join('\n')
    const found = groupsIn({ theirs, mounts: [...mounts, unified].join('\n') })
    expect(found.map(({ folder }) => folder.slice(top.length).split('/')[1])).toEqual([
      'cpu',
      'cpuacct',
      'cpuset',
      'memory',
      'unified',
    ])
  })
})
