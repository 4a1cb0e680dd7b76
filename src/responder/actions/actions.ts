import type { ActionDefinition } from './action.ts'
import { clearFaults } from './clear-faults.ts'
import { configure } from './configure.ts'
import { log } from './log.ts'
import { notify } from './notify.ts'
import { restart } from './restart.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { webhook } from './webhook.ts'

/** Every action there is, by its name in a policy. */
export const actions = { restart, scale, configure, clearFaults, run, webhook, notify, log } as const

export type ActionName = keyof typeof actions

/** The action of that name, with the type of its parameters erased: they were checked against its schema. */
export function actionNamed(name: ActionName): ActionDefinition {
  return actions[name] as unknown as ActionDefinition
}
