import { errorTable } from '../base/errors.ts'

export const responderErrors = errorTable({
  FD_RESPONDER_CONFIG: 'The responder was started with settings that are missing or wrong',
  FD_RESPONDER_POLICY: { meaning: 'A policy file has mistakes; all of them are listed', exit: 'usage' },
  FD_RESPONDER_POLICY_NOT_FOUND: {
    meaning: 'There is no policy file at that path, or it cannot be read',
    exit: 'usage',
  },
  FD_RESPONDER_PROGRAM: 'A program of the policy failed, took too long or could not be started',
  FD_RESPONDER_POST: 'What the responder posts to (a webhook, Slack) did not take it',
  FD_RESPONDER_QUORUM: 'An action was stopped half-way: going on would have left too few healthy replicas',
  FD_RESPONDER_BUSY: 'More is delivered to the responder than it takes at once; Alertmanager delivers again',
  FD_RESPONDER_LOG:
    'The incident log could not be written: nothing is acknowledged and nothing is done until it can be',
  FD_RESPONDER_NO_CONTROL: 'In a cluster without control, the responder restarts and scales, and nothing else',
  FD_RESPONDER_UNKNOWN_INCIDENT: 'There is no incident of that number or id, or it is older than what is kept',
})
