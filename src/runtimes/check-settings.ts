import { defined } from '../base/defined.ts'
import { type SettingChanges, settingProblems, type WithSettings } from '../stack/setting-problems.ts'
import { type Actor, runtimeErrors } from './runtime.ts'

/**
 * Accepts only settings that the part names, with values that it would start with. A runtime checks before it changes anything:
 * any other variable could load code, or replace a credential. @throws FD_RUNTIME_SETTING
 */
export function checkSettings(
  part: WithSettings,
  changes: SettingChanges,
  { present, actor }: { present: Readonly<Record<string, string>>; actor: Actor },
): void {
  const problems = settingProblems(part, changes, { present, byResponder: actor === 'responder' })
  const [first] = problems
  if (first === undefined) return
  const { expected, next } = problems.find((one) => one.expected !== undefined) ?? first
  throw runtimeErrors.error('FD_RUNTIME_SETTING', {
    message: problems.map(({ message }) => message).join('; '),
    where: part.name,
    ...defined({ expected, next }),
  })
}
