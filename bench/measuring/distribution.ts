/** How values spread, rounded to a tenth. */
export interface Distribution {
  n: number
  min: number
  median: number
  p95: number
  max: number
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => {
    const position = share * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(position)] ?? Number.NaN, sorted[Math.ceil(position)] ?? Number.NaN]
    return tenth(low + (high - low) * (position % 1))
  }
  return { n: sorted.length, min: at(0), median: at(0.5), p95: at(0.95), max: at(1) }
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
