/** A moment for people, in local time: the time of day of the last half day, the date before it of any other. */
export function clockTime(atMs: number, nowMs = Date.now()): string {
  const date = new Date(atMs)
  const pad = (value: number) => String(value).padStart(2, '0')
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
  if (Math.abs(nowMs - atMs) < 43_200_000) return time
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`
}
