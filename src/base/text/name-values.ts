/** Names with their values as they are typed: `delay=300ms share=20%`. An empty text names nothing, and is left out. */
export function nameValues(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${valueText(String(value))}`)
    .join(' ')
}

/** In quotes where it would look like more than one parameter. */
function valueText(value: string): string {
  return /[\s"]/.test(value) ? JSON.stringify(value) : value
}
