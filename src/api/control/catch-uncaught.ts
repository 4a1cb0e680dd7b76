/**
 * Keeps the process alive whatever is thrown where nobody catches it: in an event's handler, a timer, a promise that nobody waits
 * for. It supervises a whole stack, and its end would be the end of that. Returns how to take the net away.
 */
export function catchUncaught(onCaught: (error: unknown) => void): () => void {
  const caught = (error: unknown) => {
    try {
      onCaught(error)
    } catch {
      // Whoever says so must not be the next to fail.
    }
  }
  process.on('uncaughtException', caught)
  process.on('unhandledRejection', caught)
  return () => {
    process.off('uncaughtException', caught)
    process.off('unhandledRejection', caught)
  }
}
