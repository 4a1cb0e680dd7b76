import { errorTable } from '../base/errors.ts'

export const receiverErrors = errorTable({
  FD_RECEIVER_TOKEN: { meaning: 'The token of the receiver is missing, or too short to be a secret', exit: 'usage' },
  FD_RECEIVER_UNAVAILABLE: {
    meaning:
      'Notifications cannot be received: the address is taken or not of this machine, or no firedrill receive answers there',
    exit: 'unavailable',
  },
})
