import { errorTable } from '../base/errors.ts'

export const reporterErrors = errorTable({
  FD_GRAFANA_ANNOTATIONS: 'What a drill did could not be written into Grafana as annotations',
})
