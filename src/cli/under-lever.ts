import type { Lever } from '../runtimes/native/state/lever.ts'
import type { UnderWay } from '../runtimes/native/state/under-way.ts'
import type { CommandContext } from './command.ts'

/**
 * Carries out a run or a load that `firedrill halt` can end: refused while the lever of the state folder is pulled, aborted with the
 * reason when it is pulled, and known to whoever pulls it until it is over.
 * @throws FD_HALTED
 */
export async function underLever<T>(
  { folder, signal }: Pick<CommandContext, 'folder' | 'signal'>,
  what: Omit<UnderWay, 'process'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [{ establish }, { Lever, haltedError }, { announce }] = await Promise.all([
    import('../runtimes/native/establish.ts'),
    import('../runtimes/native/state/lever.ts'),
    import('../runtimes/native/state/under-way.ts'),
  ])
  await establish(folder)
  const lever: Lever = new Lever(folder.path)
  // Announced before the lever is looked at: whoever pulls it meanwhile sees this one, or is seen.
  const strikeOut = announce(folder, what)
  const halted = new AbortController()
  const stopWatching = lever.watch((state) => state !== undefined && halted.abort(haltedError(state)))
  try {
    lever.refuse()
    return await work(AbortSignal.any([signal, halted.signal]))
  } finally {
    stopWatching()
    strikeOut()
  }
}
