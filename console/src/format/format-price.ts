const DIGITS = { useGrouping: true, minimumFractionDigits: 2, maximumFractionDigits: 2 } as const
const usual = new Intl.NumberFormat('en', DIGITS)
/** Pennies and coins: two decimals would hide every move. */
const small = new Intl.NumberFormat('en', { ...DIGITS, maximumFractionDigits: 6, maximumSignificantDigits: 5 })

/** "1,234.50"; below 1 up to five significant digits. */
export function formatPrice(price: number): string {
  return (Math.abs(price) < 1 && price !== 0 ? small : usual).format(price)
}

/** Always with its sign, a real minus sign: "+1.50", "−0.25", "0.00". */
export function formatChange(change: number): string {
  const text = usual.format(Math.abs(change))
  return change === 0 || /^[0.]+$/.test(text) ? text : `${change > 0 ? '+' : '−'}${text}`
}

export type Trend = 'up' | 'down' | 'flat'

/** By what is shown: a change that is written as 0.00 is no change. */
export function trendOf(change: number): Trend {
  const text = formatChange(change)
  return text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : 'flat'
}
