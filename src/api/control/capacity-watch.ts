import { stat, statfs } from 'node:fs/promises'
import { messageOf } from '../../base/errors.ts'
import { descriptorLimit, openDescriptors } from '../../base/system/descriptors.ts'
import type { Troubles } from '../../base/system/troubles.ts'
import { formatBytes } from '../../base/units/bytes.ts'

/** Watches the disks and the descriptors of control. */

const LOOK_EVERY_MS = 2_000
/** A disk is nearly full below this, or below this share of it where that is less. */
const LOW_BYTES = 256 * 1024 ** 2
const LOW_SHARE = 0.05
/** Files that can still be created, on disks that have a limit of their number. */
const LOW_FILES = 64
/** Of the descriptors, that are in use. */
const HIGH_SHARE = 0.9
/** By how much a limit must be passed again for a trouble to end, so that it does not come and go. */
const MARGIN = 1.2

/** Checks regularly that control has the disk space and the descriptors it needs, so that a full disk is known before something fails. */
export class CapacityWatch {
  readonly #folders: Set<string>
  readonly #troubles: Troubles
  #timer: NodeJS.Timeout | undefined

  /** @param folders What the stack writes to; each may be on a disk of its own. */
  constructor(folders: readonly string[], troubles: Troubles) {
    this.#folders = new Set(folders)
    this.#troubles = troubles
  }

  /** Watches the disks of these folders too. */
  add(folders: readonly string[]): void {
    for (const folder of folders) this.#folders.add(folder)
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    this.#lookAtDescriptors()
    const seen = new Set<number>()
    for (const folder of this.#folders) {
      const disk = await deviceOf(folder)
      if (disk === undefined || seen.has(disk)) continue
      seen.add(disk)
      await this.#lookAtDisk(folder)
    }
  }

  async #lookAtDisk(folder: string): Promise<void> {
    const space = await spaceOf(folder)
    if (space === undefined) return
    const problem = diskProblem(space, this.#troubles.has('disk', folder))
    if (problem === undefined) this.#troubles.end('disk', folder)
    else this.#troubles.begin('disk', folder, `the disk of ${folder} ${problem}`)
  }

  #lookAtDescriptors(): void {
    let problem: string | undefined
    try {
      const open = openDescriptors()
      const limit = descriptorLimit()
      if (open === undefined || limit === undefined) return
      problem = descriptorProblem(open, limit, this.#troubles.has('descriptors', ''))
    } catch (error) {
      problem = `control cannot open a file: ${messageOf(error)}`
    }
    if (problem === undefined) this.#troubles.end('descriptors', '')
    else this.#troubles.begin('descriptors', '', problem)
  }
}

/** The space of a disk. Bytes. */
export interface DiskSpace {
  free: number
  total: number
  /** Files that can still be created; `undefined` where their number has no limit. */
  freeFiles: number | undefined
}

/** What is wrong with a disk, as the end of a sentence; `undefined` when nothing is. Once begun it ends a little later. */
export function diskProblem({ free, total, freeFiles }: DiskSpace, hasBegun: boolean): string | undefined {
  const margin = hasBegun ? MARGIN : 1
  const left = `${formatBytes(free)} free of ${formatBytes(total)}`
  if (free <= 0) return `is full: ${left}`
  if (free < margin * Math.min(LOW_BYTES, LOW_SHARE * total)) return `is nearly full: ${left}`
  if (freeFiles !== undefined && freeFiles < margin * LOW_FILES) return `has room for ${freeFiles} more files: ${left}`
  return undefined
}

/** What is wrong with the number of open descriptors; `undefined` when nothing is. */
export function descriptorProblem(open: number, limit: number, hasBegun: boolean): string | undefined {
  if (open < (hasBegun ? HIGH_SHARE / MARGIN : HIGH_SHARE) * limit) return undefined
  return `control has ${open} of ${limit} files and connections open: it will soon accept and start nothing more`
}

/** Which disk a folder is on; `undefined` while there is no such folder. */
async function deviceOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).dev
  } catch {
    return undefined
  }
}

/** `undefined` while there is no such folder. */
async function spaceOf(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize, files, ffree } = await statfs(folder)
    return { free: bavail * bsize, total: blocks * bsize, freeFiles: files > 0 ? ffree : undefined }
  } catch {
    return undefined
  }
}
