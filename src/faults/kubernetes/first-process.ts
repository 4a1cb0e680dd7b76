import { constants } from 'node:os'
import type { PodHands } from './pod-hands.ts'

/** What the kernel says of the first process of a container. */
export interface FirstProcess {
  /** Name of its program. */
  name: string
  /** Pids of the processes that it has started. */
  children: readonly number[]
  /** Names of the signals that it has a handler for. */
  handles: readonly string[]
}

/** @throws FD_FAULT_REFUSED where that cannot be read */
export async function readFirstProcess(hands: PodHands): Promise<FirstProcess> {
  const status = await hands.read('/proc/1/status')
  const children = await hands.read('/proc/1/task/1/children').catch(() => '')
  return firstProcessOf(status, children)
}

/** Reads the text of /proc/1/status, and the pids of its children. */
export function firstProcessOf(status: string, children: string): FirstProcess {
  const fieldOf = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? ''
  const mask = fieldOf('SigCgt')
  // Bit 0 is signal 1.
  const caught = /^[0-9a-f]+$/i.test(mask) ? BigInt(`0x${mask}`) : 0n
  const handles = Object.entries(constants.signals)
    .filter(([, number]) => (caught & (1n << BigInt(number - 1))) !== 0n)
    .map(([name]) => name)
  return {
    name: fieldOf('Name'),
    children: children
      .split(/\s+/)
      .filter((pid) => /^\d+$/.test(pid))
      .map(Number),
    handles,
  }
}
