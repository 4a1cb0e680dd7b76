/** What a value stands for: its word and its colour. */
export interface State {
  text: string
  color: StateColor
}

export type StateColor = 'green' | 'yellow' | 'orange' | 'red' | 'transparent'

/** A span of time in which a state did not change. */
export interface StateSpan extends State {
  fromMs: number
  toMs: number
}

/** The spans of one row: values with the same state that follow each other are one. A value that stands for nothing has none. */
export function stateSpans(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  stateOf: (value: number) => State | undefined,
): StateSpan[] {
  const stepMs = (timesMs[1] ?? 0) - (timesMs[0] ?? 0)
  const spans: StateSpan[] = []
  let before: string | undefined
  for (const [at, fromMs] of timesMs.entries()) {
    const value = values[at]
    const state = value === null || value === undefined ? undefined : stateOf(value)
    const last = spans.at(-1)
    if (state === undefined) before = undefined
    else if (state.text === before && last !== undefined) last.toMs = fromMs + stepMs
    else spans.push({ ...state, fromMs, toMs: fromMs + stepMs })
    before = state?.text
  }
  return spans
}
