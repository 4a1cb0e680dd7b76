import { errorTable } from '../base/errors.ts'

export const baselineErrors = errorTable({
  FD_BASELINE_FILE: 'There is no baseline file at that path, or it is not one',
  FD_BASELINE_RUNS: 'There are too few runs to save a baseline of, or to compare with one',
  FD_BASELINE_DIFFERENT:
    'The runs and the baseline are of different profiles or runtimes, so their times do not compare',
})
