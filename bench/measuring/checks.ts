/** One row of a benchmark's table: a figure, what it is compared with, and whether it keeps its limit. */
export interface Check {
  what: string
  ours: string
  /** What ours is compared with, measured in the same run. Empty where a count is its own measure. */
  peer: string
  /** Ours divided by the peer's. */
  ratio?: number
  limit: string
  holds: boolean
}

/** A figure beside that of a peer in the same run: machines differ fourfold, ratios hardly. */
export function compare({ what, unit, ours, peer, peerName, ...bounds }: Comparison): Check {
  const ratio = hundredth(ours / peer)
  return {
    what,
    ours: `${rounded(ours)} ${unit}`,
    peer: `${peerName} ${rounded(peer)} ${unit}`,
    ratio,
    limit: limitOf(bounds),
    holds: isWithin(ratio, bounds),
  }
}

/** A figure that no machine's speed changes: a count, a share, a size. */
export function measure({ what, unit = '', ours, ...bounds }: Measure): Check {
  return {
    what,
    ours: `${rounded(ours)} ${unit}`.trim(),
    peer: '',
    limit: limitOf(bounds) === '' ? '' : `${limitOf(bounds)} ${unit}`.trim(),
    holds: isWithin(ours, bounds),
  }
}

/** Checks as lines of a table, each cell as wide as its column. */
export function tableOf(rows: readonly (Check & { name?: string })[]): string[] {
  const cells = rows.map(({ name, what, ours, peer, ratio, limit, holds }) => [
    ...(name === undefined ? [] : [name]),
    what,
    ours,
    peer,
    ratio === undefined ? '' : String(ratio),
    limit,
    limit === '' ? '' : holds ? 'held' : 'OVER',
  ])
  const head = ['what', 'ours', 'peer', 'ratio', 'limit', '']
  const lines = [rows[0]?.name === undefined ? head : ['benchmark', ...head], ...cells]
  const widths = head.concat('').map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function isWithin(value: number, { atMost, atLeast }: Bounds): boolean {
  // A figure that could not be measured (NaN) is never within.
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY)
}

function limitOf({ atMost, atLeast }: Bounds): string {
  const limits = [...(atLeast === undefined ? [] : [`≥ ${atLeast}`]), ...(atMost === undefined ? [] : [`≤ ${atMost}`])]
  return limits.join(', ')
}

function rounded(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : hundredth(value))
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}

interface Bounds {
  atMost?: number
  atLeast?: number
}

interface Comparison extends Bounds {
  what: string
  unit: string
  ours: number
  peer: number
  peerName: string
}

interface Measure extends Bounds {
  what: string
  unit?: string
  ours: number
}
