import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { Type } from '#typebox'
import { formatBytes } from '../../base/units/bytes.ts'
import type { MemoryRoom } from '../beside.ts'
import { faultErrors } from '../errors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { bytesParam, read } from '../params.ts'
import { type Hog, startHog } from './hog.ts'
import { SPARED_MEMORY_BYTES } from './reserve.ts'

/** Takes resident memory in a service. */

/** The share of the free memory that may be taken: the fault is about one service, not about its neighbours. */
const SHARE_OF_FREE = 0.8
/** The share of the requested memory that must be resident: some is swapped out, or shared. */
const ENOUGH = 0.9

/** The memory that a thread of the service may still take. */
const OF_THE_PROCESS = `
  const { freemem } = require('node:os')
  const available = () => (process.availableMemory ?? freemem).call(process)`

/** The memory that the target's cgroups and the machine have left. Pages of files are dropped when others need the room. */
const OF_THE_CGROUPS = `
  const { freemem } = require('node:os')
  const { readFileSync } = require('node:fs')
  const leftIn = ({ limitBytes, usagePath, statPath, droppable }) => {
    const line = readFileSync(statPath, 'utf8').split('\\n').find((line) => line.startsWith(droppable + ' '))
    return limitBytes - Number(readFileSync(usagePath, 'utf8')) + Number(line?.split(' ')[1] ?? 0)
  }
  const available = () => Math.min(freemem(), ...data.rooms.map(leftIn))`

/**
 * Takes memory piece by piece and writes to it: only written pages are resident. Before each piece it checks how much is left,
 * since other programs take some too, and frees all of it when that is too little.
 */
const takeProgram = (available: string) => `${available}
  const PIECE = 16 * 1024 * 1024
  const pieces = []
  let isShort = false
  for (let left = data.bytes; left > 0 && !isShort; left -= PIECE) {
    isShort = available() - PIECE < data.spared
    if (!isShort) pieces.push(Buffer.alloc(Math.min(PIECE, left), 1))
  }
  if (isShort) pieces.length = 0
  report(isShort ? 'short' : 'taken')
  // Keeps the thread, and with it the memory.
  setInterval(() => pieces.length, 60_000)`

/**
 * The same in a pod. It offers itself to the kernel first: when the memory of the pod runs out, it is ended before anything else there.
 */
const TAKE_IN_POD = `
  require('node:fs').writeFileSync('/proc/self/oom_score_adj', '1000')
  const say = report
  {
    const report = (value) => say({ isTaken: value === 'taken', residentBytes: process.memoryUsage.rss() })
    ${takeProgram(`const available = require('node:os').freemem`)}
  }`

export const memory = defineInsideFault({
  name: 'memory',
  summary: 'Take resident memory in the service, outside of its heap, as a leak of buffers does',
  params: Type.Object(
    {
      size: bytesParam({ min: '1MiB', max: '64GiB', default: '256MiB', description: 'How much is taken' }),
    },
    { additionalProperties: false },
  ),
  async begin({ signal }, params) {
    const bytes = read('bytes', params.size)
    const available = availableMemory()
    const spared = Math.max(SPARED_MEMORY_BYTES, (1 - SHARE_OF_FREE) * available)
    const limit = Math.max(0, Math.floor(available - spared))
    const before = process.memoryUsage.rss()
    const hog = bytes > limit ? undefined : await takeMemory(bytes, spared, signal)
    if (hog === undefined) throw tooMuch(params.size, limit)
    const grown = process.memoryUsage.rss() - before
    const proof = `resident memory grew by ${formatBytes(Math.max(0, grown))} to ${formatBytes(before + grown)}`
    return { proof: { landed: grown >= ENOUGH * bytes, proof }, end: () => hog.end() }
  },
  outside: {
    need: 'beside',
    async begin(beside, params, { forMs, signal }) {
      const bytes = read('bytes', params.size)
      const { availableBytes, rooms } = beside.memory()
      // A cgroup is the target's own: what the whole machine must keep need not be free inside of it.
      const kept = availableBytes < freemem() ? 0 : SPARED_MEMORY_BYTES
      const spared = Math.max(kept, (1 - SHARE_OF_FREE) * availableBytes)
      const limit = Math.max(0, Math.floor(availableBytes - spared))
      if (bytes > limit) throw tooMuch(params.size, limit)
      const data = { bytes, spared, rooms }
      const neighbour = await beside.run({ program: takeProgram(OF_THE_CGROUPS), data, forMs, signal, takes: 'memory' })
      if (neighbour.firstReport !== 'taken') {
        await neighbour.end()
        throw tooMuch(params.size, limit)
      }
      const resident = residentOf(neighbour.pid)
      return {
        begunAtMs: neighbour.begunAtMs,
        proof: {
          landed: resident >= ENOUGH * bytes,
          proof: `${neighbour.where}, ${formatBytes(resident)} are resident${fullness(rooms[0])}`,
        },
        ended: () => neighbour.ended(),
        end: () => neighbour.end(),
      }
    },
  },
  async inPod({ workload, pod }, params, { forMs, signal }) {
    const bytes = read('bytes', params.size)
    const limitBytes = pod.memoryLimitBytes ?? Number.POSITIVE_INFINITY
    const limit = Math.floor(SHARE_OF_FREE * limitBytes)
    if (bytes > limit) throw tooMuch(params.size, limit)
    const data = { bytes, spared: SPARED_MEMORY_BYTES }
    const program = await workload.run(pod, { program: TAKE_IN_POD, data, forMs, signal })
    const { isTaken = false, residentBytes = 0 } = program.firstReport as { isTaken?: boolean; residentBytes?: number }
    if (!isTaken) {
      await program.end()
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${params.size} is more than the node of pod ${pod.name} has free`,
        expected: `${formatBytes(SPARED_MEMORY_BYTES)} that stay free on the node`,
      })
    }
    const of =
      pod.memoryLimitBytes === undefined ? '' : `, of the limit of ${formatBytes(pod.memoryLimitBytes)} of the pod`
    return {
      program,
      proof: {
        landed: residentBytes >= ENOUGH * bytes,
        proof: `in ${program.container} of pod ${pod.name}, ${formatBytes(residentBytes)} are resident${of}`,
      },
    }
  },
})

function tooMuch(size: string, limit: number) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: `${size} is more than ${SHARE_OF_FREE * 100} % of the free memory`,
    expected: `at most ${formatBytes(limit)}, and less when others take some at the same time`,
  })
}

/** Takes `bytes` of memory; `undefined`, with nothing taken, when less than `spared` would stay available. */
export async function takeMemory(bytes: number, spared: number, signal: AbortSignal): Promise<Hog | undefined> {
  const hog = await startHog(takeProgram(OF_THE_PROCESS), { bytes, spared }, signal)
  if (hog.firstReport === 'taken') return hog
  await hog.end()
  return undefined
}

/** The memory that this process may still take: of the machine, or of its container where that is less. */
function availableMemory(): number {
  // Newer than the oldest Node we run on.
  const { availableMemory: available } = process as { availableMemory?: () => number }
  return available?.call(process) ?? freemem()
}

/** Resident memory of another process, in bytes; 0 when it has ended. */
function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024
  } catch {
    return 0
  }
}

/** How full the target's cgroup is now, for people. */
function fullness(room: MemoryRoom | undefined): string {
  if (room === undefined) return ''
  try {
    const used = Number(readFileSync(room.usagePath, 'utf8'))
    return `, and of the limit of ${formatBytes(room.limitBytes)} of ${room.name} ${formatBytes(used)} are in use`
  } catch {
    return ''
  }
}
