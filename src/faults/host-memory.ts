import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { formatBytes } from '../base/bytes.ts'
import { faultErrors } from './errors.ts'
import { defineInsideFault } from './inside-fault.ts'
import { read, shareParam } from './params.ts'

/** What must stay available, whatever is asked: the machine is not only ours. */
const SPARED_BYTES = 256 * 1024 ** 2

/**
 * Takes memory until only `leave` bytes are available, and again when others give some back. The first that the kernel ends when
 * memory runs out all the same, and gone with whoever started it: then its standard input ends.
 */
const HOG = `
  const { readFileSync, writeFileSync } = require('node:fs')
  const leave = Number(process.argv[1])
  try { writeFileSync('/proc/self/oom_score_adj', '1000') } catch {}
  process.stdin.on('end', () => process.exit()).resume()
  const available = () => Number(/MemAvailable: +(\\d+) kB/.exec(readFileSync('/proc/meminfo', 'utf8'))[1]) * 1024
  const PIECE = 64 * 1024 * 1024
  const pieces = []
  const take = () => {
    if (available() - PIECE >= leave) {
      pieces.push(Buffer.alloc(PIECE, 1))
      return setImmediate(take)
    }
    setTimeout(take, 200)
    if (!told) process.stdout.write('taken')
    told = true
  }
  let told = false
  take()`

export const hostMemory = defineInsideFault({
  name: 'host-memory',
  summary:
    "Take the machine's memory, in a process beside the service, until only a share of it is available: everything on the machine feels it",
  params: Type.Object(
    {
      leave: shareParam({
        min: '5%',
        max: '99%',
        default: '8%',
        description: "Of the machine's memory, what stays available",
      }),
    },
    { additionalProperties: false },
  ),
  async begin({ signal }, params) {
    const { total, available } = await machineMemory()
    const leave = read('share', params.leave) * total
    const wanted = available - leave
    if (leave < SPARED_BYTES) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${params.leave} of ${formatBytes(total)} would leave less than ${formatBytes(SPARED_BYTES)} available`,
        expected: `at least ${Math.ceil((100 * SPARED_BYTES) / total)}%`,
        given: params.leave,
      })
    }
    const bound = memoryBound()
    if (wanted > bound) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${formatBytes(wanted)} would have to be taken, and this process may take ${formatBytes(bound)}`,
        next: 'run the drill on a stack of processes: a container is held to its limit',
      })
    }
    const hog = spawn(process.execPath, ['-e', HOG, String(Math.round(leave))], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
    })
    const exited = once(hog, 'exit')
    const end = async () => {
      hog.kill('SIGKILL')
      await exited
    }
    try {
      await Promise.race([once(hog.stdout, 'data', { signal }), exited])
    } catch (error) {
      await end()
      throw error
    }
    const now = await machineMemory()
    const proof = `${formatBytes(now.available)} of the machine's ${formatBytes(total)} are available, ${formatBytes(available)} were`
    return { proof: { landed: hog.exitCode === null && hog.signalCode === null, proof }, end }
  },
})

/** @throws FD_FAULT_REFUSED where the kernel does not tell */
async function machineMemory(): Promise<{ total: number; available: number }> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const bytes = (name: string) => Number(new RegExp(`${name}: +(\\d+) kB`).exec(text)?.[1]) * 1_024
  const memory = { total: bytes('MemTotal'), available: bytes('MemAvailable') }
  if (Number.isFinite(memory.available)) return memory
  throw faultErrors.error('FD_FAULT_REFUSED', { message: 'this machine does not tell how much memory is available' })
}

/** What a container's limit, or one like it, lets this process take. Bytes. */
function memoryBound(): number {
  // Newer than the oldest Node we run on; 0 or a huge number where there is no limit.
  const { constrainedMemory } = process as { constrainedMemory?: () => number | undefined }
  return constrainedMemory?.call(process) || Number.POSITIVE_INFINITY
}
