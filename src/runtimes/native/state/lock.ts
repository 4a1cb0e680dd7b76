import { spawnSync } from 'node:child_process'
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs'
import { IN_STATE, refuseForeign } from '../../../base/files/own-files.ts'

export interface Lock {
  /** Puts a text into the file, for those who wait. */
  write(text: string): void
  release(): void
}

const TRIES = 5

/**
 * Locks a file until it is released or this process ends in any way; `taken` when another process holds the lock. Only users who
 * may write to the file's folder can block it, unlike a name in the kernel, which every user may take first. Node has no flock(2):
 * the program of that name locks the open file that it inherits, and ends; the lock stays with the file that stays open here.
 * Without that program every lock is granted, and two that begin within the same tenth of a second may collide.
 */
export function lockFile(path: string): Lock | 'taken' {
  for (let left = TRIES; left > 0; left--) {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600)
    let locked = false
    try {
      refuseForeign(path, fstatSync(file), { remedy: IN_STATE })
      const { status } = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] })
      // 1: another process holds it. Anything else is a program, or a file system, that cannot lock.
      if (status === 1) return 'taken'
      locked = isStillAt(path, file)
      if (locked) return { write: (text) => writeText(file, text), release: once(() => closeSync(file)) }
    } finally {
      if (!locked) closeSync(file)
    }
  }
  return 'taken'
}

function writeText(file: number, text: string): void {
  ftruncateSync(file)
  writeSync(file, text, 0)
}

/** A purge of the folder may have removed the file meanwhile: then a lock on it would protect nothing. */
function isStillAt(path: string, file: number): boolean {
  const { ino, dev } = fstatSync(file)
  try {
    const there = statSync(path)
    return there.ino === ino && there.dev === dev
  } catch {
    return false
  }
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
