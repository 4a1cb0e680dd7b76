/** What is done when this process exits. */

const acts = new Set<() => void>()

/**
 * Has `act` called when this process exits by itself, not when it is killed; returns what ends this. One listener serves all, since Node
 * takes many of them for a leak. Nothing can be waited for there.
 */
export function atExit(act: () => void): () => void {
  if (acts.size === 0) process.on('exit', actAll)
  acts.add(act)
  return () => {
    acts.delete(act)
    if (acts.size === 0) process.off('exit', actAll)
  }
}

function actAll(): void {
  for (const act of acts) {
    try {
      act()
    } catch {
      // The others are called all the same.
    }
  }
}
