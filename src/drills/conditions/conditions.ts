import { action } from './action.ts'
import { alert } from './alert.ts'
import type { ConditionDefinition } from './condition.ts'
import { metric } from './metric.ts'
import { steady } from './steady.ts'

/** Everything that a step can wait for, by its key. */
export const conditions = { metric, alert, action, steady } as const satisfies Record<string, ConditionDefinition>
