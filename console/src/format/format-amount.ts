import { formatAge } from './format-age.ts'

const usual = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const large = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

/** A number of which the unit is not known: "0.0021", "1,234", "536.9M". Four significant digits. */
export function formatAmount(value: number): string {
  if (Math.abs(value) >= 1e6) return large.format(value)
  const text = Math.abs(value) < 1e-6 && value !== 0 ? value.toExponential(2) : usual.format(value)
  return text.replace('-', '−')
}

/** A count: "12,345". */
export function formatCount(value: number): string {
  return whole.format(value).replace('-', '−')
}

/** Rounded down, so that 99.9996 % is not shown as a promise kept in full: "99.999 %". */
export function formatPercent(percent: number, digits = 3): string {
  const scale = 10 ** digits
  return `${String(Math.floor(percent * scale + 1e-9) / scale).replace('-', '−')} %`
}

/** A short time: "250 ms", "1.25 s", "2 s", "12.5 s", "3 min 5 s". */
export function formatShortTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${Number((ms / 1_000).toFixed(2))} s`
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`
  return formatAge(ms)
}
