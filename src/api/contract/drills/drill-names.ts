import { Type } from '#typebox'
import { NO_NUL } from '../../../base/text/texts.ts'

/** Names of drills and of journals. Each is looked up in a list: no path is made of it. */

/** That of a drill's file without .yaml. */
export const DrillName = Type.String({ minLength: 1, maxLength: 255, pattern: NO_NUL, description: 'store-crash' })

/** That of a journal's file without .json: its time and its drill. */
export const JournalId = Type.String({
  pattern: '^[0-9A-Za-z_-]{1,255}$',
  description: 'time and drill: 2026-01-05T15-00-00-000Z-store-crash',
})

/** The value of a drill's parameter. */
export const ParameterValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()])
