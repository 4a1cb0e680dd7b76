/**
 * `write`, one call at a time, so that an older state never lands on a newer one. What is called while a write is under way shares
 * the next, which begins when that has ended, well or not. With none under way it is called at once; a synchronous one always is.
 */
export function inTurn<T>(write: () => T | Promise<T>): () => T | Promise<T> {
  let current: Promise<unknown> | undefined
  let next: Promise<T> | undefined
  const begin = (): T | Promise<T> => {
    if (current !== undefined) {
      next ??= current.then(() => {
        next = undefined
        return begin()
      })
      return next
    }
    const written = write()
    if (written instanceof Promise) {
      const ended = () => {
        current = undefined
      }
      current = written.then(ended, ended)
    }
    return written
  }
  return begin
}
