import { distance } from 'fastest-levenshtein'

/** "one of a, b, c"; of very many names the first ones. */
export function oneOf(names: readonly unknown[]): string {
  const more = names.length - MOST_NAMES
  return `one of ${names.slice(0, MOST_NAMES).map(String).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Names that a message lists, and that a slip is looked for among; and letters of a name that can be a slip. */
const MOST_NAMES = 200
const MOST_COMPARED = 2_000
const LONGEST_NAME = 100
/** More than these are no suggestion any more. */
const MOST_SUGGESTED = 3
/** Letters that say enough to be the begin of a name. */
const LEAST_BEGIN = 2

/** "did you mean kill?" when known names are near enough: a slip of the keyboard, or a name that was not written to its end. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  const near = nearNames(given, known)
  const last = near.pop()
  if (last === undefined) return undefined
  return `did you mean ${near.length === 0 ? last : `${near.join(', ')} or ${last}`}?`
}

/** The known name nearest to the given one; `undefined` when even that is far. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  return nearNames(given, known)[0]
}

/**
 * The known names that the given one may stand for, the likeliest first: the one with a letter wrong; else those that begin with it or have it
 * as one of their words, if they are few; else the one with the fewest letters wrong.
 */
function nearNames(given: string, known: readonly string[]): string[] {
  const wanted = given.toLowerCase()
  if (wanted.length > LONGEST_NAME) return []
  const names = [...new Set(known)].slice(0, MOST_COMPARED).filter((name) => name.length <= LONGEST_NAME)
  const slip = leastEdits(wanted, names)
  const other = slip === undefined ? [] : [slip.name]
  if (wanted.length < LEAST_BEGIN || (slip !== undefined && slip.edits <= 1)) return other
  const found = names.filter((name) => name.toLowerCase().startsWith(wanted) || wordsOf(name).includes(wanted))
  return found.length > 0 && found.length <= MOST_SUGGESTED ? found : other
}

function leastEdits(wanted: string, names: readonly string[]): { name: string; edits: number } | undefined {
  let best: { name: string; edits: number } | undefined
  for (const name of names) {
    const length = Math.max(wanted.length, name.length)
    // Two letters swapped are two edits.
    const allowed = Math.min(length < 4 ? 1 : Math.max(2, Math.floor(length / 3)), (best?.edits ?? length) - 1)
    if (Math.abs(wanted.length - name.length) > allowed) continue
    const edits = distance(wanted, name.toLowerCase())
    if (edits <= allowed) best = { name, edits }
  }
  return best
}

/** "store", "crash" of store-crash; "service", "down" of ServiceDown. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}
