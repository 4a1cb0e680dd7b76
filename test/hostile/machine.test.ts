import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { descendantsOf } from '../../src/base/system/process.ts'
import { type Attacked, counted, readAttacked } from './attacked.ts'

let attacked: Attacked
let pids: number[]
beforeAll(async () => {
  attacked = await readAttacked()
  pids = [attacked.view.pid, ...descendantsOf(attacked.view.pid)]
})

const proc = (pid: number, name: string) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

describe('what a stack leaves on the machine', () => {
  it("has no secret in any process's arguments, and the operator's in nobody's environment", () => {
    expect(pids.length).toBeGreaterThan(10)
    const values = Object.entries(attacked.secrets)
    const inArguments = pids.flatMap((pid) =>
      values.filter(([, secret]) => proc(pid, 'cmdline').includes(secret)).map(([name]) => `${name} in ${pid}`),
    )
    expect(inArguments).toEqual([])
    expect(pids.filter((pid) => proc(pid, 'environ').includes(attacked.secrets.control ?? ''))).toEqual([])
    counted('secrets in arguments and environments', pids.length, "none in arguments; the operator's in no environment")
  })

  it('has secrets only in files that nobody else can read, and in no log or journal', async () => {
    const entries = await readdir(attacked.state, { recursive: true, withFileTypes: true })
    const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    const wrong: string[] = []
    let read = 0
    for (const file of files) {
      const content = await readFile(file, 'latin1').catch(() => '')
      read += 1
      const found = Object.entries(attacked.secrets).filter(([, secret]) => content.includes(secret))
      if (found.length === 0) continue
      const { mode } = await stat(file)
      const place = file.slice(attacked.state.length + 1)
      if ((mode & 0o077) !== 0 || /^(logs|journals|data|loads)\//.test(place))
        wrong.push(`${place} ${(mode & 0o777).toString(8)} has ${found.map(([name]) => name).join()}`)
    }
    expect(wrong).toEqual([])
    expect(read).toBeGreaterThan(20)
    counted('files of the state folder, read for secrets', read, 'in secrets/ and 0600 files only')
  })

  it('has nothing that others may write, and secrets that others may not read', async () => {
    const entries = await readdir(attacked.state, { recursive: true, withFileTypes: true })
    const wrong: string[] = []
    for (const one of entries) {
      if (one.isSymbolicLink()) continue
      const path = join(one.parentPath, one.name)
      const mode = (await stat(path).catch(() => undefined))?.mode ?? 0
      if ((mode & 0o022) !== 0) wrong.push(`${path} ${(mode & 0o777).toString(8)}`)
    }
    expect(wrong).toEqual([])
    expect((await stat(join(attacked.state, 'secrets'))).mode & 0o777).toBe(0o700)
    for (const name of Object.keys(attacked.secrets))
      expect((await stat(join(attacked.state, 'secrets', name))).mode & 0o777).toBe(0o600)
    counted('modes of files and folders', entries.length, 'nothing writable for others; secrets 0700 and 0600')
  })

  it('listens on loopback alone, and on no socket file', () => {
    const inodes = new Set(pids.flatMap(socketsOf))
    // https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt: 0A is LISTEN, the 10th column the inode.
    const listening = ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/net/${table}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === '0A' && inodes.has(columns[9] ?? ''))
        .map((columns) => columns[1] ?? ''),
    )
    expect(listening.length).toBeGreaterThanOrEqual(12)
    expect(listening.filter((address) => !/^(0100007F|0{24}01000000|0{16}FFFF00000100007F):/.test(address))).toEqual([])
    const files = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => inodes.has(columns[6] ?? '') && (columns[7] ?? '').startsWith('/'))
    expect(files).toEqual([])
    counted('listening addresses', listening.length, '127.0.0.1 only; no socket files')
  })
})

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
