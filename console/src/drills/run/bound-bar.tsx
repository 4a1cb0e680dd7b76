/** Measured time, floor and bound of one expectation on one small axis. The words beside it say the same. */
export function BoundBar({ expectation: { withinMs, sinceInjectedMs, floor, usual }, longestMs }: BoundBarProps) {
  if (withinMs === null || longestMs === 0) return <span className="bound-bar" aria-hidden="true" />
  const percent = (ms: number) => `${Math.min(100, Math.max(0, (ms / (longestMs * 1.04)) * 100))}%`
  const span = (fromMs: number, toMs: number) => ({ left: percent(fromMs), width: percent(toMs - fromMs) })
  return (
    <span className="bound-bar" data-has="axis" aria-hidden="true">
      <span className="bound-allowed" style={{ width: percent(withinMs) }} />
      {floor !== null && <span className="stretch" data-kind="floor" style={span(0, floor.maxMs)} />}
      {usual !== undefined && (
        <>
          <span className="stretch" data-kind="usual" style={span(usual.minMs, usual.maxMs)} />
          <span className="mark" data-kind="median" style={{ left: percent(usual.medianMs) }} />
        </>
      )}
      {sinceInjectedMs !== null && sinceInjectedMs !== undefined && (
        <span
          className="mark"
          data-kind={sinceInjectedMs > withinMs ? 'too-late' : 'measured'}
          style={{ left: percent(sinceInjectedMs) }}
        />
      )}
      <span className="mark" data-kind="bound" style={{ left: percent(withinMs) }} />
    </span>
  )
}

interface BoundBarProps {
  expectation: {
    withinMs: number | null
    floor: { minMs: number; maxMs: number } | null
    /** Measured, of a run. */
    sinceInjectedMs?: number | null
    /** How earlier runs that held were. */
    usual?: { minMs: number; medianMs: number; maxMs: number } | undefined
  }
  /** End of the axis, which all rows of a list share. */
  longestMs: number
}
