/** The course of a value, without a scale: whether it is steady, rises or falls. */
export function Spark({ values }: { values: readonly (number | null)[] }) {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]))
  if (known.length < 2) return <div className="spark" />
  const low = Math.min(...known.map(({ value }) => value))
  const high = Math.max(...known.map(({ value }) => value))
  const x = (at: number) => ((at / Math.max(1, values.length - 1)) * WIDTH).toFixed(1)
  // What does not change is a line in the middle.
  const y = (value: number) =>
    (high === low ? HEIGHT / 2 : HEIGHT - 1 - ((value - low) / (high - low)) * (HEIGHT - 2)).toFixed(1)
  const line = known.map(({ at, value }) => `${x(at)} ${y(value)}`).join(' L ')
  const [first, last] = [known[0], known.at(-1)]
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="spark-area" d={`M ${x(first?.at ?? 0)} ${HEIGHT} L ${line} L ${x(last?.at ?? 0)} ${HEIGHT} Z`} />
      <path className="spark-line" d={`M ${line}`} />
    </svg>
  )
}

const WIDTH = 200
const HEIGHT = 40
