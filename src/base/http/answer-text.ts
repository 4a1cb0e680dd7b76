import { formatBytes } from '../units/bytes.ts'

/** The body of an answer as text; when it is longer than `maxBytes`, its connection is ended. @throws Error */
export async function answerText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop ends the stream.
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${formatBytes(maxBytes)}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Largest answers, by their sender, in bytes: an answer that does not end, or is not from our stack, must not fill the memory. */
export const answerLimits = {
  /** Prometheus describes each series in about 300 bytes: 200,000 of them. */
  monitoring: 64 * 1024 ** 2,
  /** Firedrill's own parts. */
  own: 16 * 1024 ** 2,
} as const
