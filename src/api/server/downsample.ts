/** At most `count` (2 or more) of the values, evenly spread, with the first and the last among them. */
export function downsample<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  const step = (values.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, index) => values[Math.round(index * step)] as T)
}
