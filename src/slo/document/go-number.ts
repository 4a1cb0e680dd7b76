/**
 * A float as Go's `%g` prints it: the fewest digits that read back as the same number, with an exponent of at least two
 * digits below 1e-4 and from 1e6. Sloth's expressions hold numbers in this form.
 */
export function goNumber(value: number): string {
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value)
  const sign = exponent < 0 ? '-' : '+'
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** The same without an exponent, as Go's `FormatFloat(value, 'f', -1, 64)`. */
export function plainNumber(value: number): string {
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent >= -6) return String(value)
  return `0.${'0'.repeat(-exponent - 1)}${digits.replace('.', '')}`
}
