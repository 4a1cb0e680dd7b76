import type { NotificationForm } from '../../probes/received-alert.ts'
import type { Notice } from '../notice.ts'
import { readPagerduty } from './pagerduty.ts'
import { readSlack } from './slack.ts'

/** The forms of messages that a sender posts as one document of bounded length, and what it wants as an answer. */
export const forms = {
  slack: { read: readSlack, status: 200, answer: 'ok', type: 'text/plain' },
  pagerduty: {
    read: readPagerduty,
    status: 202,
    answer: '{"status":"success","message":"Event processed"}',
    type: 'application/json',
  },
} as const satisfies Partial<Record<NotificationForm, MessageForm>>

export interface MessageForm {
  /** None where the message is about no alert. */
  read(body: unknown): Notice[]
  status: number
  answer: string
  type: string
}
