import { errorTable } from '../base/errors.ts'

export const responderErrors = errorTable({
  FD_RESPONDER_CONFIG: 'The responder was started with settings that are missing or wrong',
})
