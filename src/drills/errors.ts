import { errorTable } from '../base/errors.ts'

export const drillErrors = errorTable({
  FD_DRILL_NOT_FOUND: { meaning: 'There is no drill of that name, or no file at that path', http: 404, exit: 'usage' },
  FD_DRILL_INVALID: {
    meaning: 'A drill file is not YAML, or does not have the form of a drill; every problem is listed',
    http: 422,
    exit: 'usage',
  },
  FD_DRILL_STACK: 'The stack that is up lacks something that the drill needs',
  FD_DRILL_STACK_GONE: 'The stack was stopped during a run',
  FD_DRILL_ABORTED: { meaning: 'What the system names as a reason to end every run came true', exit: 'aborted' },
  FD_DRILL_REFUSED: 'The system does not allow what a step would do: too many replicas would be hit at the same time',
  FD_DRILL_TIMEOUT: 'The control server did not answer a drill within its bound',
  FD_JOURNAL_INVALID: {
    meaning: 'A file is not the journal of a drill, or is of another version',
    http: 422,
    exit: 'usage',
  },
  FD_JOURNAL_NOT_FOUND: {
    meaning: 'There is no journal at that path, or none at all in the state folder',
    http: 404,
    exit: 'usage',
  },
})
