/**
 * Reads JSON in the one form that `JSON.stringify` gives it; `undefined` for every other text. Readers of JSON differ in equal
 * keys, in numbers beyond 2^53, in what is no UTF-8, in byte order marks and in what follows the end: no such text has this form.
 */
export function readCanonicalJson(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return bytes.equals(Buffer.from(JSON.stringify(value))) ? value : undefined
  } catch {
    // Not JSON, or nested too deeply.
    return undefined
  }
}
