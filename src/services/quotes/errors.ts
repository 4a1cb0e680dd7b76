import { errorTable } from '../../base/errors.ts'

export const quotesErrors = errorTable({
  FD_QUOTES_SYMBOL_UNKNOWN: 'The symbol is not one of those that the service is set to watch',
  FD_QUOTES_NO_PRICE: 'No price has been fetched yet; trying again in a second may help',
  FD_QUOTES_STALE:
    'Every price is older than QUOTES_STALE_AFTER, so that the service is not ready; it serves them marked as stale',
  FD_QUOTES_STREAM_UNAVAILABLE: 'The stream takes no more clients: too many are connected, or the service is stopping',
  FD_QUOTES_PROVIDER: 'The source of prices did not answer, refused, or answered something that is no price',
  FD_QUOTES_LIBRARY_MISSING: {
    meaning: 'The source of prices needs a library that is installed only for it',
    exit: 'unavailable',
  },
  FD_QUOTES_REPLAY_INVALID: 'The recording of prices cannot be read, or has lines that are no prices',
})
