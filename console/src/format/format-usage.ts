/** CPU time, of which one core is 100 %: "0.4 %", "12 %", "140 %". */
export function formatCpu(cores: number): string {
  const percent = cores * 100
  return `${percent < 9.95 ? (Math.round(percent * 10) / 10).toFixed(1) : Math.round(percent)} %`
}

/** Memory: "84 MiB", "1.2 GiB". */
export function formatMemory(bytes: number): string {
  const mebibytes = bytes / 1_048_576
  if (mebibytes < 1_000) return `${mebibytes < 9.95 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`
  return `${(mebibytes / 1_024).toFixed(1)} GiB`
}
