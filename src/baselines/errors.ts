import { errorTable } from '../base/errors.ts'

export const baselineErrors = errorTable({
  FD_BASELINE_FILE: { meaning: 'There is no baseline file at that path, or it is not one', exit: 'usage' },
  FD_BASELINE_RUNS: {
    meaning: 'There are too few runs to save a baseline of, or to compare with one',
    exit: 'inconclusive',
  },
  FD_BASELINE_DIFFERENT: {
    meaning: 'The runs and the baseline are of different profiles or runtimes, so their times do not compare',
    exit: 'inconclusive',
  },
})
