import { defined } from '../base/defined.ts'
import { didYouMean } from '../base/text/near-name.ts'
import { ONE_LINE } from '../base/text/texts.ts'
import type { Part } from './part.ts'

/** Which settings of a part may be changed, and to what. */

/** How the name of a setting is written. Each part defines which settings it has. */
export const SETTING_NAME = '^[A-Z][A-Z0-9_]{0,63}$'

export function isSettingName(name: string): boolean {
  return new RegExp(SETTING_NAME).test(name)
}

/** Longest value of a setting, in characters. */
export const LONGEST_SETTING = 4_096

/** `firedrill serve` replaces this placeholder by a secret of its container. */
const SECRET_PLACEHOLDER = '{{secret:'

/** What is wrong with the change of one setting. */
export interface SettingWrong {
  name: string
  message: string
  expected?: string
  next?: string
}

/** Settings by name; `null` takes one back to its default. */
export type SettingChanges = Readonly<Record<string, string | null>>

export type WithSettings = Pick<Part, 'name' | 'settings'>

/** Whether a part has a setting of that name. */
export function isSetting({ settings }: WithSettings, name: string): boolean {
  return settings !== undefined && Object.hasOwn(settings.all, name)
}

/**
 * Everything that is wrong with a change of a part's settings, as the part itself would report at its start. `present`: earlier
 * changes. `byResponder`: the responder asks for it, which may only repair. Pure.
 */
export function settingProblems(
  part: WithSettings,
  changes: SettingChanges,
  { present = {}, byResponder = false }: { present?: Readonly<Record<string, string>>; byResponder?: boolean } = {},
): SettingWrong[] {
  const problems: SettingWrong[] = []
  const names = Object.keys(part.settings?.all ?? {})
  const merged = new Map(Object.entries(present))
  for (const [name, value] of Object.entries(changes)) {
    if (!isSetting(part, name)) problems.push(unknown(part.name, name, names))
    else if (byResponder && part.settings?.all[name]?.operatorOnly)
      problems.push({ name, message: `${name} is for the operator: the responder may not set it` })
    else if (value === null) merged.delete(name)
    else if (!new RegExp(ONE_LINE).test(value))
      problems.push({ name, message: `${name} must be one line, without NUL` })
    else if (value.includes(SECRET_PLACEHOLDER))
      problems.push({
        name,
        message: `${name} must not hold ${SECRET_PLACEHOLDER}…}}: a setting is no way to a secret`,
      })
    else if (value.length > LONGEST_SETTING)
      problems.push({ name, message: `${name} must have at most ${LONGEST_SETTING} characters` })
    else merged.set(name, value)
  }
  part.settings?.read(Object.fromEntries(merged), (name, message) => problems.push({ name, message }))
  return problems
}

function unknown(part: string, name: string, names: readonly string[]): SettingWrong {
  if (names.length === 0) return { name, message: `${part} has no settings`, expected: 'a service that has some' }
  const next = didYouMean(name, names)
  const expected = `one of ${names.join(', ')}`
  return { name, message: `${part} has no setting "${name}"`, expected, ...defined({ next }) }
}
