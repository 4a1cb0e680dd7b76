import type { ActionDefinition } from './action.ts'
import { clearFaults } from './clear-faults.ts'
import { configure } from './configure.ts'
import { restart } from './restart.ts'
import { scale } from './scale.ts'

/** Every action that a step of a drill can do, by name. */
export const actions = { configure, scale, restart, clearFaults } as const satisfies Record<string, ActionDefinition>
