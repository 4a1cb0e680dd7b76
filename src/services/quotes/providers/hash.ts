/** A number in (0, 1) that depends on nothing but the text (FNV-1a, then the finaliser of MurmurHash3). */
export function unitHash(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296 + 2 ** -33
}

/** A draw from the standard normal distribution that depends on nothing but the text (Box-Muller). */
export function normalHash(text: string): number {
  return Math.sqrt(-2 * Math.log(unitHash(`${text}/a`))) * Math.cos(2 * Math.PI * unitHash(`${text}/b`))
}
