const VARIABLE = /\{\{ *\.window *\}\}/g

/** Whether a query has the variable for its window at least once. */
export function hasWindow(query: string): boolean {
  return /\{\{ *\.window *\}\}/.test(query)
}

/** What else stands between double braces: Go's templates can do more, but no query needs it. */
export function unknownActions(query: string): string[] {
  return query.replaceAll(VARIABLE, '').match(/\{\{[^}]*\}*/g) ?? []
}

/** The query over one window: `5m`. */
export function withWindow(query: string, window: string): string {
  return query.replaceAll(VARIABLE, () => window)
}
