import pg from 'pg'

/** How columns of a type are read: instants as ISO 8601 in UTC, all else as pg does. For pg's option `types`. */
export function readColumn(type: number, format?: 'text' | 'binary'): unknown {
  return type === builtins.TIMESTAMPTZ && format !== 'binary' ? instantOf : getTypeParser(type, format)
}

const { builtins, getTypeParser } = pg.types
const parseInstant = getTypeParser(builtins.TIMESTAMPTZ, 'text') as (text: string) => Date

let last = { text: '', iso: '' }

/** The rows of one statement often hold one and the same instant: it is worked out once. */
function instantOf(text: string): string {
  if (text !== last.text) last = { text, iso: parseInstant(text).toISOString() }
  return last.iso
}
