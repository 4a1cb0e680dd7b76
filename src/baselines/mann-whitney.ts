/**
 * How likely it is, if both samples came from the same source, that `after` ranks as high above `before` as it does or
 * higher: the exact one-sided p-value of the Mann–Whitney U test, ties included (each gets the mean of the ranks it spans).
 * It assumes nothing of the shape of the distribution, and takes Infinity for "never". 1 when a sample is empty.
 *
 * Every choice of `after.length` of all ranks is as likely as any other; they are counted by their sum, with ranks
 * doubled where ties make halves: ways[k][s] = choices of k ranks with sum s. Some 10⁷ steps for 30 and 30 values.
 */
export function mannWhitneyP(before: readonly number[], after: readonly number[]): number {
  if (before.length === 0 || after.length === 0) return 1
  const ranks = wholeRanks([...before, ...after])
  const observed = ranks.slice(before.length).reduce((sum, rank) => sum + rank, 0)
  const largest = ranks.reduce((sum, rank) => sum + rank, 0)
  const ways = Array.from({ length: after.length + 1 }, () => new Float64Array(largest + 1))
  const [none] = ways
  if (none !== undefined) none[0] = 1
  for (const [index, rank] of ranks.entries()) {
    for (let chosen = Math.min(index + 1, after.length); chosen >= 1; chosen -= 1) {
      const [to, from] = [ways[chosen], ways[chosen - 1]]
      if (to === undefined || from === undefined) continue
      for (let sum = largest; sum >= rank; sum -= 1) to[sum] = (to[sum] ?? 0) + (from[sum - rank] ?? 0)
    }
  }
  const counts = ways[after.length] ?? new Float64Array()
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.subarray(observed).reduce((sum, count) => sum + count, 0) / all
}

/** The least p-value that samples of these sizes can have: all of one above all of the other. */
export function leastP(beforeCount: number, afterCount: number): number {
  let p = 1
  for (let one = 1; one <= afterCount; one += 1) p *= one / (beforeCount + one)
  return p
}

/** The rank of each value among all, in their order, or, when ties make halves, twice that; ties share the mean of theirs. */
function wholeRanks(values: readonly number[]): number[] {
  const doubled = values.map((value) => {
    const below = values.filter((other) => other < value).length
    const same = values.filter((other) => other === value).length
    return 2 * below + same + 1
  })
  return doubled.every((rank) => rank % 2 === 0) ? doubled.map((rank) => rank / 2) : doubled
}
