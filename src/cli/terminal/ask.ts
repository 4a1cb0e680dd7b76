import { createInterface } from 'node:readline/promises'

/** Asks a person for a line of text. An interrupt, or an end of the input, is an empty one. */
export async function ask(
  question: string,
  { signal, ...terminal }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal: AbortSignal },
): Promise<string> {
  const asking = createInterface(terminal)
  // Ctrl-C and Ctrl-D close it without an answer.
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
  try {
    return (await Promise.race([asking.question(question, { signal }), closed])).trim()
  } catch (error) {
    if (signal.aborted) return ''
    throw error
  } finally {
    asking.close()
  }
}
