import type { ChildProcess } from 'node:child_process'

/** Reports to the parent that all of a start has been printed. Does nothing in a process that a person started. */
export function sendAnnounced(): void {
  // The parent may have ended: then nothing waits for this message.
  if (process.connected) process.send?.({ announced: true } satisfies Announced, () => undefined)
}

/** The message of a process whose log its parent passes on. */
interface Announced {
  announced: true
}

/** Resolves when a child with a channel (`stdio: […, 'ipc']`) has printed all of its start, or is gone. */
export function announcedOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if ((message as Partial<Announced>).announced === true) resolve()
    })
    child.once('close', () => resolve())
    child.once('disconnect', () => resolve())
  })
}
