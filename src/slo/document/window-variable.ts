/** The variable `{{.window}}` in the queries of objectives. */

const VARIABLE = /\{\{ *\.window *\}\}/g

/** Whether a query has the variable for its window at least once. */
export function hasWindow(query: string): boolean {
  return /\{\{ *\.window *\}\}/.test(query)
}

/** How often. */
export function countWindows(query: string): number {
  return query.match(VARIABLE)?.length ?? 0
}

/** Anything else in double braces: Go's templates can do more, but no query needs it. */
export function unknownActions(query: string): string[] {
  return query.replaceAll(VARIABLE, '').match(/\{\{[^}]*\}*/g) ?? []
}

/** The query over one window: `5m`. */
export function withWindow(query: string, window: string): string {
  return query.replaceAll(VARIABLE, () => window)
}

/** Units of windows on some clock. */
const UNITS = ['m', 's', 'h', 'd', 'ms']

/**
 * The query with windows in place of the variable, each as long as the variable (`0000000001m`), so that a position in it
 * is the same position in the query. One window stands for all, unless something touches the variable: `30{{.window}}`.
 */
export function windowsToTry(query: string): string[] {
  const touched = /\w\{\{ *\.window *\}\}|\{\{ *\.window *\}\}\w/.test(query)
  return (touched ? UNITS : UNITS.slice(0, 1)).map((unit) =>
    query.replaceAll(VARIABLE, (variable) => `1${unit}`.padStart(variable.length, '0')),
  )
}
