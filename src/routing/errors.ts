import { errorTable } from '../base/errors.ts'

export const routingErrors = errorTable({
  FD_ROUTING_INVALID: {
    meaning: "A configuration of Alertmanager's has mistakes in its routes; all are listed with their line",
    exit: 'usage',
  },
  FD_ROUTING_NOT_FOUND: { meaning: "There is no such configuration of Alertmanager's", exit: 'usage' },
})
