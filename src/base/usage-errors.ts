import { errorTable } from './errors.ts'

export const usageErrors = errorTable({
  FD_USAGE: { meaning: 'An argument of a command is wrong', http: 422, exit: 'usage' },
})
