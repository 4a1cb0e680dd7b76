/** The largest of all values, at least `least`. `Math.max(...values)` ends the process for some hundred thousand of them. */
export function largest(values: Iterable<number>, least: number): number {
  let found = least
  for (const value of values) found = Math.max(found, value)
  return found
}
