/** Where a second stands, in the units of the drawing. */
export type Axis = (second: number) => number

/** Seconds from `from` to `to` laid out between two coordinates; what is outside stands at the end it is nearest to. */
export function axisOf([from, to]: readonly [number, number], [left, right]: readonly [number, number]): Axis {
  const length = Math.max(Number.EPSILON, to - from)
  return (second) => left + (Math.min(Math.max(second, from), to) - from) * ((right - left) / length)
}

/** A tick at the begin, the end and each quarter between. */
export function quarters(to: number): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(to * share))
}

/** Round seconds between two, at most eight of them; 0 is one of them when it is between. */
export function steps(from: number, to: number): number[] {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600].find(
    (one) => (to - from) / one <= 7,
  )
  if (step === undefined) return [from, to]
  const ticks: number[] = []
  for (let tick = Math.ceil(from / step); tick * step <= to; tick += 1) ticks.push(tick * step)
  return ticks
}
