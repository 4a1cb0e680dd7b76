/**
 * Keeps the process alive when an error is thrown that nothing catches: in an event's handler, in a timer, in a promise that is not
 * awaited. It supervises a whole stack, which would end with it. Returns a function that ends this.
 */
export function catchUncaught(onCaught: (error: unknown) => void): () => void {
  const caught = (error: unknown) => {
    try {
      onCaught(error)
    } catch {
      // A failure to record the error must not end the process either.
    }
  }
  process.on('uncaughtException', caught)
  process.on('unhandledRejection', caught)
  return () => {
    process.off('uncaughtException', caught)
    process.off('unhandledRejection', caught)
  }
}
