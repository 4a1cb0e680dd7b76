import { errorTable } from '../base/errors.ts'

export const reporterErrors = errorTable({
  FD_GRAFANA_ANNOTATIONS: 'What a drill did could not be written into Grafana as annotations',
  FD_JOURNAL_INVALID: 'A file is not the journal of a drill, or is of another version',
  FD_JOURNAL_NOT_FOUND: 'There is no journal at that path, or none at all in the state folder',
})
