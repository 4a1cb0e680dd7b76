import { action } from './action.ts'
import { alert } from './alert.ts'
import { budget } from './budget.ts'
import type { ExpectationDefinition } from './expectation.ts'
import { inhibitedBy } from './inhibited-by.ts'
import { metric } from './metric.ts'
import { noOtherAlert } from './no-other-alert.ts'
import { notReceivedBy } from './not-received-by.ts'
import { receiver } from './receiver.ts'
import { steady } from './steady.ts'

/** Every kind of expectation that a drill file can have, by its key. */
export const expectations = {
  metric,
  alert,
  receiver,
  notReceivedBy,
  inhibitedBy,
  action,
  steady,
  budget,
  noOtherAlert,
} as const satisfies Record<string, ExpectationDefinition>
