/**
 * Reports the progress of a download as text: at its begin, with each tenth, and when ten seconds have passed. Returns a function that
 * is called with the bytes that have arrived in all.
 */
export function reportBytes(
  { bytes, had, from }: { bytes: number; had: number; from: string },
  report: (text: string) => void,
  nowMs: () => number = () => performance.now(),
): (arrived: number) => void {
  const startedMs = nowMs()
  let reportedMs = startedMs
  let tenths = Math.floor((had / bytes) * 10)
  report(
    had === 0
      ? `${megabytes(bytes)} from ${from}`
      : `${megabytes(bytes - had)} more of ${megabytes(bytes)} from ${from}`,
  )
  return (arrived) => {
    const now = nowMs()
    const reached = Math.floor((arrived / bytes) * 10)
    if (reached === tenths && now - reportedMs < SILENT_MS) return
    tenths = reached
    reportedMs = now
    const percent = Math.floor((arrived / bytes) * 100)
    const perSecond = ((arrived - had) / Math.max(1, now - startedMs)) * 1_000
    report(`${percent} % of ${megabytes(bytes)}, ${megabytes(perSecond)}/s`)
  }
}

const SILENT_MS = 10_000

function megabytes(bytes: number): string {
  const count = bytes / 1e6
  return `${count >= 10 ? Math.round(count) : count.toFixed(1)} MB`
}
