/** How a text is written in YAML, as the library names it. */
export type ScalarStyle = 'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE' | 'BLOCK_LITERAL' | 'BLOCK_FOLDED'

const isBlank = (character: string): boolean => /\s/.test(character)

/**
 * Where in the YAML the character at `offset` of a text stands, as an offset from the begin of `written`, its source. All
 * that YAML changes of a text are blanks, which fold and indent, and what is escaped between quotes: so the other characters
 * are counted.
 */
export function placeInScalar({ written, style, text }: WrittenScalar, offset: number): number {
  const skipped = [...text.slice(0, offset)].filter((character) => !isBlank(character)).length
  const places = [...visiblePlaces(written, style)]
  return places[skipped] ?? (places.at(-1) ?? -1) + 1
}

/** A text, and how a file has it. */
interface WrittenScalar {
  written: string
  style: ScalarStyle | undefined
  text: string
}

/** Offsets of all characters that are not blanks. */
function* visiblePlaces(written: string, style: ScalarStyle | undefined): Generator<number> {
  const block = style === 'BLOCK_LITERAL' || style === 'BLOCK_FOLDED'
  const quoted = style === 'QUOTE_DOUBLE' || style === 'QUOTE_SINGLE'
  let at = block ? written.indexOf('\n') + 1 : quoted ? 1 : 0
  const end = quoted ? written.length - 1 : written.length
  while (at < end) {
    const rest = written.slice(at, at + 10)
    const escaped = style === 'QUOTE_DOUBLE' ? /^\\(?:x..|u.{4}|U.{8}|[\s\S])/.exec(rest)?.[0] : undefined
    const doubled = style === 'QUOTE_SINGLE' && rest.startsWith("''")
    const character = String.fromCodePoint(written.codePointAt(at) ?? 0)
    const length = escaped?.length ?? (doubled ? 2 : character.length)
    const blank = escaped === undefined ? isBlank(character) : /^\\[ntrfv \t\nNLP_]/.test(escaped)
    if (!blank) yield at
    at += length
  }
}
