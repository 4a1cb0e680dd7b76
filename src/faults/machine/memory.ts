import { freemem } from 'node:os'
import { Type } from 'typebox'
import { formatBytes } from '../../base/units/bytes.ts'
import { faultErrors } from '../errors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { bytesParam, read } from '../params.ts'
import { type Hog, startHog } from './hog.ts'
import { SPARED_MEMORY_BYTES } from './reserve.ts'

/** Takes resident memory in a service. */

/** The share of the machine's free memory that may be taken: the fault is about one service, not about its neighbours. */
const SHARE_OF_FREE = 0.8
/** The share of the requested memory that must be resident: some is swapped out, or shared. */
const ENOUGH = 0.9

/**
 * Takes memory piece by piece and writes to it: only written pages are resident. Before each piece it checks how much is left,
 * since other programs take some too, and frees all of it when that is too little.
 */
const TAKE = `
  const PIECE = 16 * 1024 * 1024
  const { freemem } = require('node:os')
  const available = () => (process.availableMemory ?? freemem).call(process)
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
    if (hog === undefined) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${params.size} is more than ${SHARE_OF_FREE * 100} % of the free memory`,
        expected: `at most ${formatBytes(limit)}, and less when others take some at the same time`,
      })
    }
    const grown = process.memoryUsage.rss() - before
    const proof = `resident memory grew by ${formatBytes(Math.max(0, grown))} to ${formatBytes(before + grown)}`
    return { proof: { landed: grown >= ENOUGH * bytes, proof }, end: () => hog.end() }
  },
})

/** Takes `bytes` of memory; `undefined`, with nothing taken, when less than `spared` would stay available. */
export async function takeMemory(bytes: number, spared: number, signal: AbortSignal): Promise<Hog | undefined> {
  const hog = await startHog(TAKE, { bytes, spared }, signal)
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
