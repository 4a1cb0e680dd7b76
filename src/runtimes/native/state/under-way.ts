import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOwnFile } from '../../../base/files/own-files.ts'
import { identify, isSame, type ProcessIdentity } from '../../../base/system/process.ts'
import type { StateFolder } from './state-folder.ts'

/** A run or a load in a process of its own. */
export interface UnderWay {
  kind: 'run' | 'load'
  /** Its name for people: drills, or a journey. */
  name: string
  /** It has nothing to do with the stack of this folder: another system, or a URL, is its target. */
  elsewhere?: true
  process: ProcessIdentity
}

/**
 * Records that this process runs a drill or a load, so that `firedrill halt` can wait for its end. Returns a function that removes
 * the record. A run that cannot be recorded, on a full disk, goes on: it sees the halt all the same.
 */
export function announce(folder: StateFolder, what: Omit<UnderWay, 'process'>): () => void {
  const process_ = identify(process.pid)
  const path = join(folder.underWay, `${process.pid}.json`)
  try {
    mkdirSync(folder.underWay, { recursive: true, mode: 0o700 })
    // A killed process has left its file.
    for (const { path: other, entry } of read(folder)) if (entry === undefined) rmSync(other, { force: true })
    writeFileSync(`${path}.tmp`, JSON.stringify({ ...what, process: process_ }), { mode: 0o600 })
    // In one step: another process would take half a file for that of a killed one.
    renameSync(`${path}.tmp`, path)
  } catch {
    return () => undefined
  }
  return () => rmSync(path, { force: true })
}

/** The runs and loads of a folder whose process is alive. */
export function underWay(folder: StateFolder): UnderWay[] {
  return read(folder).flatMap(({ entry }) => entry ?? [])
}

function read(folder: StateFolder): { path: string; entry: UnderWay | undefined }[] {
  let names: string[]
  try {
    names = readdirSync(folder.underWay).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
  return names.map((name) => {
    const path = join(folder.underWay, name)
    return { path, entry: parse(path) }
  })
}

function parse(path: string): UnderWay | undefined {
  try {
    return parseUnderWay(readOwnFile(path))
  } catch {
    return undefined
  }
}

/** The run or load in a file, if its process is alive. */
export function parseUnderWay(text: string | undefined): UnderWay | undefined {
  try {
    const { kind, name, elsewhere, process: of } = JSON.parse(text ?? 'null') as Partial<UnderWay>
    const isProcess = Number.isInteger(of?.pid) && (of?.pid ?? 0) > 1 && typeof of?.startedAt === 'string'
    if ((kind !== 'run' && kind !== 'load') || typeof name !== 'string' || of === undefined || !isProcess)
      return undefined
    return isSame(of) ? { kind, name, process: of, ...(elsewhere === true ? { elsewhere } : {}) } : undefined
  } catch {
    return undefined
  }
}
