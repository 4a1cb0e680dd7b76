/** The entries of a list with their indices; none where there is no list. */
export function entriesOf(list: unknown): [number, unknown][] {
  return Array.isArray(list) ? [...list.entries()] : []
}
