import { type Setting, word } from '../base/schema/settings.ts'

/** The setting LOG_LEVEL. */

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** LOG_LEVEL, of all that Firedrill serves. */
export const logLevel: Setting<(typeof LEVELS)[number]> = word('info', LEVELS, 'the least that is logged')
