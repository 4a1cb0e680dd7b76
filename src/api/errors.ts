import { errorTable } from '../base/errors.ts'

export const apiErrors = errorTable({
  FD_STACK_UP: { meaning: 'A stack is up already in this folder', exit: 'unavailable' },
  FD_STACK_NOT_UP: { meaning: 'No stack is up in this folder', exit: 'unavailable' },
  FD_STACK_NOT_SCRAPED: 'The stack is up, but the monitoring does not see all of it',
  FD_STACK_ADDRESS: { meaning: 'The address of up --listen is no address of this machine', exit: 'usage' },
  FD_STACK_STOPPED: 'The control process ended before the stack was up',
  FD_STACK_NOT_CONTAINED: 'Control was started as in Compose, but not by Compose',
  FD_CONTROL_UNREACHABLE: 'The control process does not answer',
  FD_CONTROL_NO_REPAIR: 'The token opens repairs only: nothing that takes a part away, or touches the responder itself',
  FD_CONTROL_REFUSED: 'The control process refused a request',
  FD_CONSOLE_NOT_BUILT: 'The console page was not built, or its files are gone',
  FD_SESSION_UNKNOWN: { meaning: 'The browser has no session on this stack, or it has ended', http: 401 },
  FD_SESSION_LINK: { meaning: 'A login link was used already, or it has expired', http: 401 },
  FD_SESSION_READ_ONLY: { meaning: 'The session of this browser is read-only', http: 403 },
  FD_QUOTES_ABSENT: 'The stack has no quotes service, or none of its replicas runs',
  FD_QUOTES_UNREACHABLE: 'No replica of the quotes service answers in time, or it answers with an error',
  FD_QUOTES_INVALID: 'The quotes service answered something that is not in the agreed form',
  FD_QUOTES_TOO_MANY_STREAMS: 'Too many quote streams are open through control',
  FD_LOAD_TOO_MANY_STREAMS: 'Too many streams of load figures are open',
  FD_RESPONDER_UNREACHABLE: 'The responder does not answer; what it wrote is in its incident log',
  FD_INCIDENTS_TOO_MANY_STREAMS: 'Too many streams of incidents are open',
  FD_INCIDENT_UNKNOWN: {
    meaning: 'There is no incident of that number or id, or it is older than what the responder keeps',
    exit: 'usage',
  },
})
