import { readOwnFile } from '../../../base/files/own-files.ts'
import { identify, isSame, type ProcessIdentity } from '../../../base/system/process.ts'
import { visibleLine } from '../../../base/text/visible.ts'
import type { Holder, Turn, TurnPlace } from '../../../base/turn.ts'
import { lockFile } from './lock.ts'

/** Whose turn it is on a stack: the file `turn` of its state folder. */

interface Content extends Omit<Holder, 'pid'> {
  process: ProcessIdentity
}

/** Turns by the lock on a file that no other user can write; its content is for those who wait. */
export function turnFile(path: string): TurnPlace {
  return {
    take: async (own) => {
      // Reading is cheaper than locking, and without a program that locks it is the only way.
      const before = holderIn(path)
      if (before !== undefined) return { holder: before }
      const lock = lockFile(path)
      if (lock === 'taken') return { holder: holderIn(path) }
      return { turn: begin(own, lock) }
    },
  }
}

function begin({ name, sinceMs }: Holder, lock: Exclude<ReturnType<typeof lockFile>, 'taken'>): Turn {
  const own = identify(process.pid)
  const content: Content | undefined = own && { name, sinceMs, process: own }
  // On a full disk the turn is taken all the same; others do not see who has it.
  const write = (text: string) => {
    try {
      lock.write(text)
    } catch {}
  }
  if (content !== undefined) write(JSON.stringify(content))
  let over = false
  return {
    end: async () => {
      if (over) return
      over = true
      write('')
      lock.release()
    },
  }
}

/** The living process that the file names. */
function holderIn(path: string): Holder | undefined {
  try {
    const { name, sinceMs, process: of } = JSON.parse(readOwnFile(path) ?? '') as Partial<Content>
    if (typeof name !== 'string' || typeof sinceMs !== 'number' || of === undefined || !isSame(of)) return undefined
    return { name: visibleLine(name), sinceMs, pid: of.pid }
  } catch {
    return undefined
  }
}
