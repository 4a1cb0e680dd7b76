import { createInterface } from 'node:readline/promises'

/** Asks a person a question; only a clear yes is one. An interrupt, or an end of the input, is a no. */
export async function confirm(
  question: string,
  { signal, ...terminal }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal: AbortSignal },
): Promise<boolean> {
  const asking = createInterface(terminal)
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([asking.question(`${question} [y/N] `, { signal }), closed])
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (signal.aborted) return false
    throw error
  } finally {
    asking.close()
  }
}
