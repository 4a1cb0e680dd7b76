/** What a command's exit code says. Documented in docs/reference/exit-codes.md; a test keeps the two alike. */
export const exitCodes = {
  ok: { code: 0, meaning: 'The command did what was asked; a drill held' },
  errored: { code: 1, meaning: 'Firedrill itself failed; this says nothing about the system' },
  usage: { code: 2, meaning: 'Wrong arguments, or a file with mistakes; nothing was run' },
  deviated: {
    code: 3,
    meaning:
      'A drill ran, and the system did not do what the drill expects; a load run did not keep to a threshold; coverage is below its minimum; drills are slower than their baseline; lint has findings',
  },
  inconclusive: {
    code: 4,
    meaning:
      'A drill proves nothing: the gate did not pass, fault did not land, load generator saturated, pipeline down; runs too few or too different to compare with a baseline',
  },
  aborted: {
    code: 5,
    meaning:
      'Stopped by a person before the end, or refused while everything is halted; what was started is stopped, faults are lifted',
  },
  unavailable: {
    code: 6,
    meaning:
      'What is needed is not there: no stack is up, a part is not healthy, a component is not available, the monitoring does not answer, another run has the system; something could not be halted or put back',
  },
} as const satisfies Record<string, { code: number; meaning: string }>

export type Exit = keyof typeof exitCodes
