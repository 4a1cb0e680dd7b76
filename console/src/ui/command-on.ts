/** A command on the stack of this folder, for a shell. */
export function commandOn(folder: string, ...words: string[]): string {
  const state = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
  return `firedrill ${words.join(' ')} --state ${state}`
}
