import { existsSync } from 'node:fs'
import { packageVersion } from '../base/files/package-version.ts'
import { SYSTEM_FILE } from '../runtimes/native/state/find-state.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { ForeignSubject } from './drill-subject.ts'

/**
 * The system that the file `given` describes; without it that of ./firedrill.yaml, unless a stack of our own is up. `undefined`: drills
 * are for the stack. @throws FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID
 */
export async function findForeign(
  given: string | undefined,
  { folder, note }: { folder: StateFolder; note(text: string): void },
): Promise<ForeignSubject | undefined> {
  if (given === undefined) {
    if (!existsSync(SYSTEM_FILE)) return undefined
    const { findStack } = await import('../api/stack-files/control-file.ts')
    if ((await findStack(folder)) !== undefined) return undefined
    note(`on the system of ./${SYSTEM_FILE}: no stack is up here`)
  }
  const [{ readSystem }, { namesOf }, { systemTurn }] = await Promise.all([
    import('../foreign/file/system-file.ts'),
    import('../foreign/file/foreign-names.ts'),
    import('../foreign/system-turn.ts'),
  ])
  const system = await readSystem(given ?? SYSTEM_FILE)
  return {
    reading: namesOf(system),
    turns: systemTurn(system),
    planContext: async (drills) =>
      (await import('../foreign/monitoring/plan-context.ts')).planContextOf(system, drills),
    open: async () => {
      const [{ startGuardian }, { foreignSystemUnderDrill }, { openReceiver }] = await Promise.all([
        import('../foreign/guardian/start-guardian.ts'),
        import('../foreign/system-under-drill.ts'),
        import('../receiver/open-receiver.ts'),
      ])
      const receiver = system.receiver && (await openReceiver(system.receiver))
      const guard = await startGuardian(system.file, folder).catch(async (error: unknown) => {
        await receiver?.close()
        throw error
      })
      return {
        system: foreignSystemUnderDrill(system, guard, { version: packageVersion(), receiver }),
        gone: new AbortController().signal,
        annotate: async () => undefined,
        close: async () => {
          await guard.close()
          await receiver?.close()
        },
      }
    },
  }
}
